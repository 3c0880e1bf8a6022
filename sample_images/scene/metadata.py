"""What a camera or an editor writes beside the pixels: EXIF with GPS, XMP and IPTC place fields."""

from dataclasses import dataclass
from datetime import UTC, datetime

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

# Tag numbers: Exif 2.32 (CIPA DC-008), tables 4, 7, 8, 15.
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825


@dataclass(frozen=True)
class Shot:
    """What the invented camera says of one picture. A time without a zone gets no offset tag."""

    taken: datetime
    make: str = "Nordlicht"
    model: str = "Nordlicht NL-12"
    software: str = "NL-12 1.04"
    position: tuple[float, float] | None = None  # WGS 84, degrees
    altitude_m: float | None = None
    direction_degrees: float | None = None
    focal_mm: int = 35  # full-frame equivalent
    exposure: tuple[int, int] = (1, 320)
    aperture: tuple[int, int] = (28, 10)
    iso: int = 100
    orientation: int = 1


def exif_of(shot: Shot, width: int, height: int) -> Image.Exif:
    exif = Image.Exif()
    stamp = shot.taken.strftime("%Y:%m:%d %H:%M:%S")
    exif.update({271: shot.make, 272: shot.model, 274: shot.orientation, 305: shot.software, 306: stamp})
    exif.get_ifd(_EXIF_IFD).update(
        {
            33434: IFDRational(*shot.exposure),
            33437: IFDRational(*shot.aperture),
            34855: shot.iso,
            36864: b"0232",
            36867: stamp,
            36868: stamp,
            37386: IFDRational(shot.focal_mm * 10, 36),
            40961: 1,
            40962: width,
            40963: height,
            41989: shot.focal_mm,
        }
    )
    if shot.taken.tzinfo is not None:
        offset = shot.taken.strftime("%z")
        exif.get_ifd(_EXIF_IFD).update(dict.fromkeys((36880, 36881, 36882), f"{offset[:3]}:{offset[3:]}"))
    if shot.position is not None:
        exif.get_ifd(_GPS_IFD).update(_gps(shot, *shot.position))
    return exif


def _gps(shot: Shot, latitude: float, longitude: float) -> dict[int, object]:
    tags: dict[int, object] = {
        0: b"\2\3\0\0",
        1: "N" if latitude >= 0 else "S",
        2: _degrees(abs(latitude)),
        3: "E" if longitude >= 0 else "W",
        4: _degrees(abs(longitude)),
        18: "WGS-84",
    }
    if shot.altitude_m is not None:
        tags |= {5: b"\0", 6: IFDRational(round(shot.altitude_m * 10), 10)}
    if shot.direction_degrees is not None:
        tags |= {16: "T", 17: IFDRational(round(shot.direction_degrees * 10), 10)}
    if shot.taken.tzinfo is not None:
        utc = shot.taken.astimezone(UTC)
        tags |= {
            7: tuple(IFDRational(part, 1) for part in (utc.hour, utc.minute, utc.second)),
            29: utc.strftime("%Y:%m:%d"),
        }
    return tags


def _degrees(angle: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and hundredths of seconds."""
    hundredths = round(angle * 360_000)
    return (
        IFDRational(hundredths // 360_000, 1),
        IFDRational(hundredths // 6000 % 60, 1),
        IFDRational(hundredths % 6000, 100),
    )


def xmp_place(city: str, region: str, country: str) -> bytes:
    """An XMP packet that names a place in the Photoshop and IPTC Core fields."""
    packet = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    photoshop:City="{city}" photoshop:State="{region}" photoshop:Country="{country}"
    xmp:CreatorTool="Picture Desk 3.1"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
    return packet.encode()


def iptc_place(city: str, region: str, country: str, caption: str) -> bytes:
    """An APP13 segment with IPTC-IIM records (IIM 4.2, record 2) in a Photoshop resource 0x0404, as UTF-8."""
    records = _record(1, 90, b"\x1b%G")
    for dataset, text in ((90, city), (95, region), (101, country), (120, caption)):
        records += _record(2, dataset, text.encode())
    padded = records + b"\0" * (len(records) % 2)
    resource = b"8BIM" + (0x0404).to_bytes(2) + b"\0\0" + len(records).to_bytes(4) + padded
    body = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + (len(body) + 2).to_bytes(2) + body


def _record(number: int, dataset: int, content: bytes) -> bytes:
    return b"\x1c" + bytes([number, dataset]) + len(content).to_bytes(2) + content
