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


def heif(*items: tuple[bytes, bytes]) -> bytes:
    """A HEIF file with items of these types ("Exif", or "mime" for XMP), their content in idat."""
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
    return box(b"ftyp", b"heic\0\0\0\0mif1") + box(b"meta", b"\0\0\0\0", iinf, iloc, idat)


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
