"""The picture's real size and position held against what its metadata states."""

from collections.abc import Iterator

from provenance.examine.traces.base import Subject
from provenance.model.findings import Metadata, Trace

# What states the size of the picture as it was written; IFD0's is the picture itself in a TIFF.
_FIELDS = (
    ("ExifIFD:ExifImageWidth", "ExifIFD:ExifImageHeight"),
    ("IFD0:ImageWidth", "IFD0:ImageHeight"),
    ("XMP-tiff:ImageWidth", "XMP-tiff:ImageHeight"),
    ("XMP-exif:ExifImageWidth", "XMP-exif:ExifImageHeight"),
)
_FORMATS = ("jpeg", "png", "webp", "heif", "avif")
# Of 528 files with the field 138 differed from the real size, most of them shrunk copies (research of 3,082 files).
_SOURCE = "EXIF 2.32, 4.6.5 (PixelXDimension) and TIFF 6.0; 138 of 528 real files with the field differ"
_SAME_ASPECT = 0.01  # rounding of a side of 100 px
_MAX_PX = 1_000_000


class Dimensions:
    """Whether the picture was resized, cropped or turned since its metadata was written."""

    name = "dimensions"
    quick = True

    def traces(self, subject: Subject) -> Iterator[Trace]:
        if subject.format not in _FORMATS or not subject.width or not subject.height:
            return
        real = (subject.width, subject.height)
        said: set[str] = set()
        for fields in _FIELDS:
            stated = _stated(subject.metadata, fields)
            if stated and (change := _change(stated, real)) and change not in said:
                said.add(change)
                yield Trace(
                    kind="dimensions",
                    says=change,
                    because=f"{fields[0]} and height: {stated[0]} x {stated[1]}, the picture: {real[0]} x {real[1]}",
                    source=_SOURCE,
                    but="some programs and cameras write the size of another version of the picture, or of the sensor",
                )
        yield from _orientations(subject.metadata)


def _stated(metadata: Metadata, fields: tuple[str, str]) -> tuple[int, int] | None:
    values = [metadata.get(field) for field in fields]
    numbers = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    return (numbers[0], numbers[1]) if len(numbers) == 2 and all(0 < n <= _MAX_PX for n in numbers) else None


def _change(stated: tuple[int, int], real: tuple[int, int]) -> str:
    """What it looks like since; "" where the sizes agree, whichever way up."""
    if sorted(stated) == sorted(real):
        return ""
    long_share, short_share = max(real) / max(stated), min(real) / min(stated)
    if abs(long_share / short_share - 1) <= max(_SAME_ASPECT, 1 / min(real)):
        word = "made smaller" if long_share < 1 else "made larger"
        share = f"{long_share:.0%}" if long_share >= 0.01 else "under 1%"
        return f"the picture has {share} of the stated size, as one {word} since its metadata was written"
    word = "enlarged or put together" if long_share > 1 and short_share > 1 else "cropped"
    return f"the picture has other proportions than stated, as one {word} since its metadata was written"


def _orientations(metadata: Metadata) -> Iterator[Trace]:
    exif, xmp = metadata.get("IFD0:Orientation"), metadata.get("XMP-tiff:Orientation")
    if isinstance(exif, int) and isinstance(xmp, int) and exif != xmp and {exif, xmp} <= set(range(1, 9)):
        yield Trace(
            kind="dimensions",
            says="EXIF and XMP disagree on how the picture must be turned: a program changed one of them",
            because=f"IFD0:Orientation is {exif}, XMP-tiff:Orientation {xmp}",
            source="EXIF 2.32, 4.6.4 (Orientation); MWG Guidelines for Handling Image Metadata 2.0: one value for both",
            but="programs that turn photos often update EXIF alone",
        )
