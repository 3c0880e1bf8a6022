"""Maker notes: the tags that say which camera, lens, file, place or clock it was. Everything else is left out.

Numbers and names: exiftool.org/TagNames, the page of each maker.
"""

from typing import Final

from provenance.examine.metadata.maker_note_values import (
    Rule,
    apple_run_time,
    broken_text,
    canon_settings,
    canon_time,
    hexadecimal,
    hundredths,
    inverted_bytes,
    masked,
    nikon_lens,
    nikon_place,
    nikon_power_up,
    nikon_time,
    olympus_lens,
    pentax_camera,
    pentax_clock,
    pentax_day,
    pentax_lens,
    plain,
    ricoh_serial,
    sony_serial,
    text,
    version,
)

Table = dict[int, Rule]


def _plain(names: dict[int, str]) -> Table:
    return {number: plain(name) for number, name in names.items()}


def _texts(names: dict[int, str]) -> Table:
    return {number: text(name) for number, name in names.items()}


TABLES: Final[dict[str, Table]] = {
    "Apple": {
        **_plain(
            {
                0x01: "MakerNoteVersion",
                0x08: "AccelerationVector",
                0x0A: "HDRImageType",
                0x0B: "BurstUUID",
                0x11: "ContentIdentifier",
                0x14: "ImageCaptureType",
                0x15: "ImageUniqueID",
                0x17: "LivePhotoVideoIndex",
                0x20: "ImageCaptureRequestID",
                0x2B: "PhotoIdentifier",
                0x2E: "CameraType",
            }
        ),
        0x03: apple_run_time,
    },
    "Canon": {
        **_plain({0x08: "FileNumber", 0x0C: "SerialNumber", 0x10: "CanonModelID", 0x15: "SerialNumberFormat"}),
        **_texts({0x06: "CanonImageType", 0x07: "CanonFirmwareVersion", 0x09: "OwnerName"}),
        **_texts({0x95: "LensModel", 0x96: "InternalSerialNumber"}),
        0x01: canon_settings,
        0x28: hexadecimal("ImageUniqueID", 16),
        0x35: canon_time,
        0x4019: hexadecimal("LensSerialNumber", 5),
    },
    "Casio": {0x15: broken_text("FirmwareDate"), 0x2001: broken_text("FirmwareDate"), 0x3006: text("HometownCity")},
    "DJI": _plain(
        {
            0x03: "SpeedX",
            0x04: "SpeedY",
            0x05: "SpeedZ",
            0x06: "Pitch",
            0x07: "Yaw",
            0x08: "Roll",
            0x09: "CameraPitch",
            0x0A: "CameraYaw",
            0x0B: "CameraRoll",
        }
    ),
    "FujiFilm": {
        **_texts({0x00: "Version", 0x10: "InternalSerialNumber"}),
        **_plain({0x1101: "SequenceNumber", 0x1436: "ImageGeneration"}),
        0x1438: masked("ImageCount", 0x7FFF),
    },
    "Leica": {
        0x0305: plain("SerialNumber"),
        **_texts({0x0303: "LensType", 0x0407: "OriginalFileName", 0x0408: "OriginalDirectory"}),
        0x0500: text("InternalSerialNumber"),
    },
    "Minolta": {0x00: text("MakerNoteVersion"), 0x010C: plain("LensType")},
    "Motorola": _texts({0x5500: "BuildNumber", 0x5501: "SerialNumber", 0x6705: "ManufactureDate"}),
    "Nikon": {
        0x01: version("MakerNoteVersion", ""),
        **_texts({0x1D: "SerialNumber", 0xA0: "SerialNumber"}),
        **_plain({0x83: "LensType", 0xA5: "ImageCount", 0xA6: "DeletedImageCount"}),
        0x24: nikon_time,
        0x39: nikon_place,
        0x84: nikon_lens,
        0xA7: plain("ShutterCount"),
        0xB6: nikon_power_up,
    },
    "Olympus": {
        **_texts({0x0104: "BodyFirmwareVersion", 0x0207: "CameraType", 0x0209: "CameraID", 0x0404: "SerialNumber"}),
    },
    "Panasonic": {
        0x02: version("FirmwareVersion"),
        **_texts({0x25: "InternalSerialNumber", 0x26: "PanasonicExifVersion", 0x8000: "MakerNoteVersion"}),
        0x29: hundredths("TimeSincePowerOn"),
        0x3A: plain("WorldTimeLocation"),
        **_texts({0x51: "LensType", 0x52: "LensSerialNumber", 0x53: "AccessoryType", 0x54: "AccessorySerialNumber"}),
        **_texts({0x65: "Title", 0x66: "BabyName", 0x67: "Location", 0x69: "Country", 0x6B: "State", 0x6D: "City"}),
        0x6F: text("Landmark"),
    },
    "Pentax": {
        **_plain({0x05: "PentaxModelID", 0x22: "WorldTimeLocation", 0x23: "HometownCity", 0x24: "DestinationCity"}),
        **_plain({0x25: "HometownDST", 0x26: "DestinationDST", 0x29: "FrameNumber"}),
        0x06: pentax_day,
        0x07: pentax_clock,
        0x27: inverted_bytes("DSPFirmwareVersion"),
        0x28: inverted_bytes("CPUFirmwareVersion"),
        0x3F: pentax_lens,
        0x0215: pentax_camera,
        0x0229: text("SerialNumber"),
        0x0230: text("FirmwareVersion"),
    },
    "Ricoh": {0x02: text("FirmwareVersion"), 0x05: ricoh_serial},
    "Samsung": {
        **_plain({0x02: "DeviceType", 0x03: "SamsungModelID", 0xA003: "LensType"}),
        **_texts({0x30: "LocalLocationName", 0x31: "LocationName", 0xA001: "FirmwareName", 0xA002: "SerialNumber"}),
        **_texts({0xA004: "LensFirmware", 0xA005: "InternalLensSerialNumber"}),
    },
    "Sigma": _texts({0x02: "SerialNumber", 0x17: "Firmware", 0x18: "Software"}),
    "Sony": {**_plain({0xB001: "SonyModelID", 0xB027: "LensType"}), 0x2031: sony_serial},
}

# Directories inside a note: maker -> tag that points to one -> its table.
INNER: Final[dict[str, dict[int, Table]]] = {
    "Olympus": {
        0x2010: {  # Equipment
            **_texts({0x0100: "CameraType2", 0x0101: "SerialNumber", 0x0102: "InternalSerialNumber"}),
            **_plain({0x0104: "BodyFirmwareVersion", 0x0204: "LensFirmwareVersion"}),
            0x0201: olympus_lens,
            **_texts({0x0202: "LensSerialNumber", 0x0203: "LensModel", 0x0302: "ExtenderSerialNumber"}),
            0x0303: text("ExtenderModel"),
        },
        0x2020: {0x0908: text("DateTimeUTC")},  # CameraSettings
    },
}
# Place names a camera with a list of places wrote; dashes where it had none.
PLACES: Final = ("Location", "Landmark", "City", "State", "Country", "LocationName", "LocalLocationName")
