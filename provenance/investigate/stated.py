"""Metadata by what it means: camera, software, authors, words, places, edit history.

Which field is about what: EXIF 2.32, IPTC Photo Metadata Standard 2023.2, XMP part 2, and the mapping between them of
the Metadata Working Group (Guidelines 2.0). Fields that name the people in the picture are left out on purpose.
"""

from collections.abc import Iterator
from typing import Any

from provenance.model.findings import Metadata
from provenance.model.stated import About, EditStep, EmbeddedThumbnail, Stated, Statement

_FIELDS: dict[About, tuple[str, ...]] = {
    "make": ("IFD0:Make", "XMP-tiff:Make"),
    "model": ("IFD0:Model", "IFD0:UniqueCameraModel", "XMP-tiff:Model"),
    "camera_serial": (
        "ExifIFD:SerialNumber",
        "IFD0:CameraSerialNumber",
        "XMP-aux:SerialNumber",
        "XMP-exifEX:SerialNumber",
        "*:SerialNumber",
        "*:InternalSerialNumber",
    ),
    "lens": ("ExifIFD:LensModel", "XMP-aux:Lens", "XMP-exifEX:LensModel", "*:LensModel"),
    "lens_serial": ("ExifIFD:LensSerialNumber", "XMP-aux:LensSerialNumber", "*:LensSerialNumber"),
    "camera_owner": ("ExifIFD:OwnerName", "XMP-aux:OwnerName", "XMP-exifEX:OwnerName", "*:OwnerName"),
    "firmware": ("ExifIFD:CameraFirmware", "XMP-aux:Firmware", "*:FirmwareVersion", "*:CanonFirmwareVersion"),
    "software": (
        "IFD0:Software",
        "XMP-tiff:Software",
        "XMP-xmp:CreatorTool",
        "IPTC:OriginatingProgram",
        "PNG:Software",
    ),
    "computer": ("IFD0:HostComputer",),
    "author": (
        "IFD0:Artist",
        "IFD0:XPAuthor",
        "ExifIFD:Photographer",
        "XMP-dc:Creator",
        "XMP-tiff:Artist",
        "IPTC:By-line",
        "PNG:Author",
    ),
    "author_title": ("XMP-photoshop:AuthorsPosition", "IPTC:By-lineTitle"),
    "contact": ("XMP-iptcCore:CreatorContactInfo", "IPTC:Contact"),
    "credit": ("XMP-photoshop:Credit", "IPTC:Credit"),
    "source": ("XMP-photoshop:Source", "IPTC:Source", "PNG:Source"),
    "copyright": ("IFD0:Copyright", "XMP-dc:Rights", "XMP-tiff:Copyright", "IPTC:CopyrightNotice", "PNG:Copyright"),
    "usage_terms": ("XMP-xmpRights:UsageTerms", "XMP-xmpRights:WebStatement"),
    "title": (
        "XMP-photoshop:Headline",
        "IPTC:Headline",
        "XMP-dc:Title",
        "IPTC:ObjectName",
        "IFD0:XPTitle",
        "PNG:Title",
    ),
    "caption": (
        "IFD0:ImageDescription",
        "ExifIFD:UserComment",
        "IFD0:XPComment",
        "IFD0:XPSubject",
        "XMP-dc:Description",
        "XMP-tiff:ImageDescription",
        "XMP-exif:UserComment",
        "IPTC:Caption-Abstract",
        "File:Comment",
        "PNG:Description",
        "PNG:Comment",
    ),
    "caption_writer": ("XMP-photoshop:CaptionWriter", "IPTC:Writer-Editor"),
    "instructions": ("XMP-photoshop:Instructions", "IPTC:SpecialInstructions"),
    "job": ("XMP-photoshop:TransmissionReference", "IPTC:OriginalTransmissionReference"),
    "keywords": ("XMP-dc:Subject", "IPTC:Keywords", "IFD0:XPKeywords"),
    "place_taken": ("XMP-iptcExt:LocationCreated",),
    "place_shown": ("XMP-iptcExt:LocationShown",),
    "place": (
        "XMP-iptcCore:Location",
        "XMP-photoshop:City",
        "XMP-photoshop:State",
        "XMP-photoshop:Country",
        "IPTC:Sub-location",
        "IPTC:City",
        "IPTC:Province-State",
        "IPTC:Country-PrimaryLocationName",
    ),
    "digital_source_type": ("XMP-iptcExt:DigitalSourceType",),
    "document": ("XMP-xmpMM:DocumentID",),
    "original_document": ("XMP-xmpMM:OriginalDocumentID",),
    "derived_from": ("XMP-xmpMM:DerivedFrom",),
}
# Groups whose names hold another thing than a camera's: `*` means a maker's notes.
_NO_MAKER = frozenset({"IFD0", "IFD1", "ExifIFD", "GPS", "InteropIFD", "File", "IPTC", "PNG", "ICC_Profile"})
_HISTORY = "XMP-xmpMM:History"
_PLACE_PARTS = ("LocationName", "Sublocation", "City", "ProvinceState", "CountryName")
_TEXT_CHARACTERS = 2000  # of one statement; the whole value stays in the metadata
_HISTORY_STEPS = 200
_UNSET = frozenset({"", "0", "0000000000", "unknown", "undef", "none", "n/a"})
_NUMBERS_OF_THINGS = frozenset({"camera_serial", "lens_serial", "camera_owner", "lens"})


def stated(metadata: Metadata) -> Stated:
    """What the file says of itself, by what it means."""
    return Stated(
        statements=tuple(_statements(metadata)), history=tuple(_history(metadata)), thumbnail=_thumbnail(metadata)
    )


def _statements(metadata: Metadata) -> Iterator[Statement]:
    for about, names in _FIELDS.items():
        for field in dict.fromkeys(field for name in names for field in _fields_of(name, metadata)):
            text = _text(metadata[field])
            if text and not (about in _NUMBERS_OF_THINGS and text.casefold() in _UNSET):
                yield Statement(about, field, text[:_TEXT_CHARACTERS])


def _fields_of(name: str, metadata: Metadata) -> Iterator[str]:
    """The fields of this name that are there; those of any maker's notes for one that begins with a star."""
    if not name.startswith("*"):
        if name in metadata:
            yield name
        return
    for field in metadata:
        group = field.partition(":")[0]
        if field.endswith(name[1:]) and group not in _NO_MAKER and not group.startswith("XMP"):
            yield field


def _text(value: Any) -> str:
    """One line of a value, lists joined by commas, places from the narrowest to the widest."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        parts = [value[part] for part in _PLACE_PARTS if part in value] or list(value.values())
        return ", ".join(filter(None, map(_text, parts)))
    return " ".join(str(value).split()) if value is not None else ""


def _history(metadata: Metadata) -> Iterator[EditStep]:
    steps = metadata.get(_HISTORY)
    for step in steps[:_HISTORY_STEPS] if isinstance(steps, list) else ():
        if isinstance(step, dict):
            action, when, software = (_text(step.get(key)) for key in ("Action", "When", "SoftwareAgent"))
            details = _text(step.get("Parameters")) or _text(step.get("Changed"))
            yield EditStep(action, when, software, details[:_TEXT_CHARACTERS])


def _thumbnail(metadata: Metadata) -> EmbeddedThumbnail | None:
    length, offset = metadata.get("IFD1:ThumbnailLength"), metadata.get("IFD1:ThumbnailOffset")
    if not isinstance(length, int) or length <= 0:
        return None
    return EmbeddedThumbnail(length, offset if isinstance(offset, int) else None)
