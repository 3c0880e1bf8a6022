"""Marks that platforms leave in the files they serve, and screenshots; and files without any mark."""

import re
from collections.abc import Iterator

from provenance.examine.traces.base import Subject
from provenance.examine.traces.colour_profiles import profile_traces
from provenance.examine.traces.facebook import facebook_traces
from provenance.examine.traces.jpeg_platforms import structure_trace
from provenance.examine.traces.words import quoted, word
from provenance.model.findings import Trace

_SCREENSHOT_FIELDS = (
    "ExifIFD:UserComment",
    "XMP-exif:UserComment",
    "IFD0:Software",
    "IFD0:ImageDescription",
    "XMP-xmp:CreatorTool",
    "PNG:Software",
    "PNG:Title",
    "PNG:Description",
    "PNG:Comment",
)
_SCREENSHOT = re.compile(
    r"(?:.{0,40}\W)?screen ?shot(?:\W.{0,60})?|gnome-screenshot|greenshot|flameshot", re.IGNORECASE
)
_PHOTOGRAPHS = ("jpeg", "heif", "webp", "avif", "jxl")  # what cameras write, or platforms make of that
_TELLING = ("exif", "xmp", "iptc", "text", "comment", "jumbf")


class PlatformMarks:
    """Marks of Facebook and Instagram, telling colour profiles, screenshots, files with next to nothing in them."""

    name = "platform_marks"
    quick = True

    def traces(self, subject: Subject) -> Iterator[Trace]:
        yield from facebook_traces(subject)
        yield from profile_traces(subject)
        yield from _screenshot(subject)
        structure = structure_trace(subject)  # which says that there is no metadata, too
        yield from [structure] if structure else _nothing_there(subject)


def _screenshot(subject: Subject) -> Iterator[Trace]:
    for name in _SCREENSHOT_FIELDS:
        _, text = word(subject.metadata, name)
        if _SCREENSHOT.fullmatch(text[:200]):
            yield Trace(
                kind="screenshot",
                says="the file says that it is a screenshot: what it shows was on a screen, not before a camera",
                because=f"{name} is {quoted(text)!r}",
                source="what phones and programs write into screenshots (Apple's: UserComment 'Screenshot')",
                but="a caption can use the same word; most screenshots bear no mark at all",
            )
            return


def _nothing_there(subject: Subject) -> Iterator[Trace]:
    """Only where the walk found nothing to read: a file with damaged metadata is another matter."""
    if subject.format not in _PHOTOGRAPHS or subject.blocks.gaps:
        return
    if any(block.kind in _TELLING for block in subject.blocks.items):
        return
    others = ", ".join(dict.fromkeys(block.label for block in subject.blocks.items)) or "nothing"
    yield Trace(
        kind="platform",
        says="the file has no metadata at all, as platforms and messengers leave it",
        because=f"no EXIF, XMP, IPTC, text, comment or credentials; besides the picture it has {quoted(others)}",
        source="platforms strip metadata on upload (Pasquini, Amerini, Boato 2021, EURASIP J. Inf. Security 4)",
        but="editors' exports, screenshots and cleaning tools leave the same; it says nothing of where the file was",
    )
