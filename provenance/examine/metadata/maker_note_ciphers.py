"""What stands enciphered in maker notes: Sony's counts and serial numbers, Pentax's shutter count.

Sony writes each byte b as b*b*b mod 249 (from 249 on as they are); layout by model: exiftool.org/TagNames/Sony.html
(Tag9050a, b, c). A model not named here is not read: by another one's layout every number would look right. Pentax
combines its count with the note's date and time: exiftool.org/TagNames/Pentax.html.
"""

import re
from typing import Any, Final

from provenance.errors import ReadError

_PLAIN_OF: Final = {byte**3 % 249: byte for byte in range(249)}
_PLAIN: Final = bytes(_PLAIN_OF.get(code, code) for code in range(256))
# Models, byte of ShutterCount, byte and length of InternalSerialNumber.
_SONY: Final = (
    (re.compile(r"ILCE-(3000|3500|5000|5100|6000|7|7R|7S|7M2|QX1)|NEX-(3N|5R|5T|6|F3)"), 0x32, 0x7C, 4),
    (re.compile(r"SLT-A\d\dV?|ILCA-(68|77M2)"), 0x32, 0xF0, 5),
    (re.compile(r"ILCE-(6[13456]00|7C|7M3|7RM2|7RM3A?|7RM4A?|7SM2|9|9M2)|ILCA-99M2|ZV-E10"), 0x3A, 0x88, 6),
    (re.compile(r"ILCE-(7M4|7RM5|7SM3)|ILME-FX3"), 0x3A, 0x88, 6),
    (re.compile(r"ILCE-1"), 0x3A, 0x8A, 6),
)


def sony_counts(raw: bytes, model: str) -> dict[str, Any]:
    """ShutterCount (its low 24 bits) and InternalSerialNumber of tag 0x9050; nothing for a model that is not known."""
    for models, count_at, serial_at, length in _SONY:
        if models.fullmatch(model):
            plain = raw[: serial_at + length].translate(_PLAIN)
            if len(plain) < serial_at + length:
                raise ReadError(f"{len(raw)} bytes, {serial_at + length} expected")
            count = int.from_bytes(plain[count_at : count_at + 3], "little")
            return {"ShutterCount": count, "InternalSerialNumber": " ".join(map(str, plain[serial_at:]))}
    return {}


def pentax_shutter_count(count: bytes, day: bytes, clock: bytes) -> dict[str, Any]:
    """ShutterCount of tag 0x005D, with the raw Date (four bytes) and Time (three or four)."""
    if len(count) != 4 or len(day) != 4 or len(clock) not in (3, 4):
        raise ReadError("the shutter count, the date or the time has not its size")
    key = int.from_bytes(day) ^ ~int.from_bytes(clock.ljust(4, b"\0"))
    return {"ShutterCount": (int.from_bytes(count) ^ key) & 0xFFFFFFFF}
