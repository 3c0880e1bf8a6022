"""Containers for tests, byte by byte: just what the walk over them needs, no pixels."""

import struct
import zlib

EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
PHOTOSHOP = b"Photoshop 3.0\0"


def jpeg(*segments: tuple[int, bytes], tail: bytes = b"\xff\xd9") -> bytes:
    """A JPEG of these segments, a scan of nothing, and `tail`."""
    return b"\xff\xd8" + b"".join(segment(*s) for s in segments) + b"\xff\xda\0\x02scan" + tail


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def exif_jpeg(tiff: bytes) -> bytes:
    return jpeg((0xE1, EXIF + tiff))


def xmp_jpeg(packet: bytes) -> bytes:
    return jpeg((0xE1, XMP + packet))


def iptc_jpeg(datasets: bytes) -> bytes:
    return jpeg((0xED, PHOTOSHOP + resource(0x0404, datasets)))


def resource(number: int, content: bytes, name: bytes = b"") -> bytes:
    """A Photoshop image resource."""
    called = bytes([len(name)]) + name
    called += b"\0" * (len(called) % 2)
    return (
        b"8BIM"
        + struct.pack(">H", number)
        + called
        + struct.pack(">I", len(content))
        + content
        + b"\0" * (len(content) % 2)
    )


def dataset(number: int, content: bytes, record: int = 2) -> bytes:
    return bytes([0x1C, record, number]) + struct.pack(">H", len(content)) + content


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*c) for c in (*chunks, (b"IEND", b"")))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(kind + struct.pack("<I", len(c)) + c + b"\0" * (len(c) % 2) for kind, c in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def gif(*extensions: bytes, end: bytes = b";") -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0, 0, 0) + b"".join(extensions) + end


def sub_blocks(content: bytes) -> bytes:
    parts = [content[at : at + 255] for at in range(0, len(content), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def heif(
    *items: tuple[bytes, bytes],
    primary: int | None = None,
    refers: tuple[tuple[bytes, int, int], ...] = (),
    auxiliary: tuple[int, bytes] | None = None,
    after: bytes = b"",
) -> bytes:
    """A HEIF file with items (from 1) of these types ("Exif", or "mime" for XMP), their content in idat.

    `refers` are kind, from and to; `auxiliary` gives one item a type, which is its URN.
    """
    entries = []
    for nth, (kind, _) in enumerate(items, 1):
        mime = b"application/rdf+xml\0" if kind == b"mime" else b""
        entries.append(box(b"infe", b"\2\0\0\0", struct.pack(">HH", nth, 0), kind, b"name\0", mime))
    iinf = box(b"iinf", b"\0\0\0\0", struct.pack(">H", len(items)), *entries)
    places, at = b"", 0
    for nth, (_, content) in enumerate(items, 1):
        places += struct.pack(">HHHHII", nth, 1, 0, 1, at, len(content))
        at += len(content)
    iloc = box(b"iloc", b"\1\0\0\0", b"\x44\x00", struct.pack(">H", len(items)), places)
    idat = box(b"idat", *(content for _, content in items))
    more = [box(b"pitm", b"\0\0\0\0", struct.pack(">H", primary))] if primary else []
    if refers:
        boxes = (box(kind, struct.pack(">HHH", item, 1, to)) for kind, item, to in refers)
        more.append(box(b"iref", b"\0\0\0\0", *boxes))
    if auxiliary:
        owner, urn = auxiliary
        ipco = box(b"ipco", box(b"ispe", b"\0" * 12), box(b"auxC", b"\0\0\0\0", urn, b"\0"))
        more.append(box(b"iprp", ipco, box(b"ipma", b"\0\0\0\0", struct.pack(">IHBB", 1, owner, 1, 0x82))))
    return box(b"ftyp", b"heic\0\0\0\0mif1") + box(b"meta", b"\0\0\0\0", *more, iinf, iloc, idat) + after


def mpf_jpeg(*images: bytes, types: tuple[int, ...] = (), segments: tuple[tuple[int, bytes], ...] = ()) -> bytes:
    """A multi-picture JPEG: `segments` and an index in the first picture, `images` behind it (CIPA DC-007)."""
    kinds = types or (0,) * len(images)
    before = b"".join(segment(*s) for s in segments)
    base = 2 + len(before) + 8  # where the index's offsets count from: marker, length and "MPF\0" precede it
    first_bytes = len(jpeg(*segments, (0xE2, mpf_index(0, [(0, 0, 0)] * (1 + len(images))))))
    entries, at = [(0x030000, first_bytes, 0)], first_bytes
    for kind, image in zip(kinds, images, strict=True):
        entries.append((kind, len(image), at - base))
        at += len(image)
    return jpeg(*segments, (0xE2, mpf_index(1, entries))) + b"".join(images)


def mpf_index(number: int, entries: list[tuple[int, int, int]]) -> bytes:
    """The content of an MPF segment; entries are flags, size, offset."""
    content = b"".join(struct.pack("<III4s", *entry, b"") for entry in entries)
    ifd = struct.pack("<H", 3)
    ifd += struct.pack("<HHI4s", 0xB000, 7, 4, b"0100")
    ifd += struct.pack("<HHII", 0xB001, 4, 1, len(entries))
    ifd += struct.pack("<HHII", 0xB002, 7, len(content), 8 + 2 + 36 + 4)
    return b"MPF\0II*\0\x08\0\0\0" + ifd + b"\0\0\0\0" + content


def gain_map(tiff: bytes, marked: bytes = b"http://ns.adobe.com/hdr-gain-map/1.0/") -> bytes:
    """A JPEG whose XMP says that it is a gain map, with EXIF of its own."""
    return jpeg((0xE1, XMP + marked), (0xE1, EXIF + tiff))


def container_directory(*items: tuple[str, str, int]) -> bytes:
    """XMP that lists what is appended: semantic, MIME type, length."""
    listed = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="{mime}" Item:Semantic="{semantic}"'
        f' Item:Length="{length}" Item:Padding="0"/></rdf:li>'
        for semantic, mime, length in (("Primary", "image/jpeg", 0), *items)
    )
    return packet(f"<Container:Directory><rdf:Seq>{listed}</rdf:Seq></Container:Directory>", CONTAINER_NAMESPACES)


CONTAINER_NAMESPACES = (
    'xmlns:Container="http://ns.google.com/photos/1.0/container/"'
    ' xmlns:Item="http://ns.google.com/photos/1.0/container/item/"'
    ' xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"'
)
VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x10mdatmovement"


def samsung_trailer(*records: tuple[int, bytes, bytes]) -> bytes:
    """Records of type, name and content, and the directory behind them."""
    body, entries = b"", []
    for kind, name, content in records:
        record = struct.pack("<HHI", 0, kind, len(name)) + name + content
        entries.append((kind, len(body), len(record)))
        body += record
    directory = b"SEFH" + struct.pack("<II", 106, len(entries))
    directory += b"".join(struct.pack("<HHII", 0, kind, len(body) - at, size) for kind, at, size in entries)
    return body + directory + struct.pack("<I", len(directory)) + b"SEFT"


def jumbf_segments(content: bytes, parts: int = 1) -> list[tuple[int, bytes]]:
    """One JUMBF superbox of this content, spread over APP11 segments as C2PA writes it."""
    whole = box(b"jumb", content)
    step = -(-len(content) // parts)
    return [
        (0xEB, b"JP\0\1" + struct.pack(">I", nth + 1) + whole[:8] + content[nth * step : (nth + 1) * step])
        for nth in range(parts)
    ]


CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
CANON_PREVIEW = bytes.fromhex("eaf42b5e1c984b88b9fbb7dc406e4d16")


def cr3(streams: dict[bytes, bytes], *, thumbnail: bytes, preview: bytes, full: bytes, xmp: bytes = b"") -> bytes:
    """A Canon CR3: streams CMT1 to CMT4, a thumbnail, a preview, and the full JPEG as the first track's sample."""
    thmb = box(b"THMB", b"\0\0\0\0", struct.pack(">HHIHH", 160, 120, len(thumbnail), 1, 0), thumbnail)
    canon = box(b"uuid", CANON, *(box(kind, stream) for kind, stream in streams.items()), thmb)
    packet_box = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), xmp) if xmp else b""
    prvw = box(b"PRVW", b"\0" * 6, struct.pack(">HHHI", 1, 1620, 1080, len(preview)), preview)
    rest = packet_box + box(b"uuid", CANON_PREVIEW, b"\0" * 7 + b"\1", prvw)

    def start(full_at: int) -> bytes:
        sizes = box(b"stsz", b"\0" * 4, struct.pack(">II", len(full), 1))
        places = box(b"co64", b"\0" * 4, struct.pack(">IQ", 1, full_at))
        track = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", sizes, places))))
        return box(b"ftyp", b"crx \0\0\0\1crx ") + box(b"moov", canon, track)

    return start(len(start(0)) + len(rest) + 8) + rest + box(b"mdat", full)


def exif_item(tiff: bytes, *, before: bytes = b"") -> bytes:
    return struct.pack(">I", len(before)) + before + tiff


def packet(body: str, attributes: str = "", *, toolkit: str = "") -> bytes:
    """An XMP packet with one rdf:Description; the usual prefixes are declared."""
    return (
        f'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"'
        f"{f' x:xmptk={chr(34)}{toolkit}{chr(34)}' if toolkit else ''}>"
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
        ' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
        f' {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
