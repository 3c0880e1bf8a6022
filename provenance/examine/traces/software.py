"""Which software wrote the file, and what it says of earlier steps: all of it text that anybody can change."""

import re
from collections.abc import Iterator
from typing import Any, Final

from provenance.examine.traces.base import Subject
from provenance.examine.traces.photoshop import photoshop_traces
from provenance.examine.traces.words import quoted, word
from provenance.model.findings import Metadata, Trace

_SAID = "what programs write of themselves (EXIF 2.32, 4.6.4 Software; XMP specification part 2, CreatorTool)"
_BUT = "the field can be changed, and programs that keep metadata leave the name of an earlier one"
_MAX_STEPS = 200  # of a history; Lightroom's have about 10
_SHOWN_STEPS = 5

# What kind of program a name is of. Camera firmware and unknown names say nothing here.
KINDS: Final = tuple(
    (re.compile(form, re.IGNORECASE), what)
    for form, what in (
        (
            r"\bphotoshop (?:lightroom|camera raw)|\blightroom\b|\bcamera raw\b",
            "a program that develops and edits photos",
        ),
        (
            r"\b(?:capture one|darktable|rawtherapee|dxo|on1|luminar|silkypix|aftershot|digital photo professional"
            r"|capture nx|nx studio|photo ?pro|imaging edge)\b",
            "a program that develops and edits photos",
        ),
        (
            r"\b(?:photoshop|gimp|affinity photo|pixelmator|paint\.net|paintshop|corel|photopea|krita|photoscape"
            r"|photofiltre|fireworks|canva|acorn)\b",
            "a picture editor: content can have been changed",
        ),
        (
            r"\b(?:snapseed|picsart|vsco|meitu|beautyplus|faceapp|facetune|polarr|lensa|remini|b612|airbrush|prisma"
            r"|instagram|snapchat|tiktok|capcut)\b",
            "an app with filters and retouching: content can have been changed",
        ),
        (
            r"\b(?:picasa|acdsee|irfanview|xnview|faststone|photo ?gallery|iphoto|aperture|google photos"
            r"|windows photo (?:viewer|editor)|microsoft (?:windows )?photos?|photo mechanic|idimager"
            r"|digikam|shotwell)\b",
            "a viewer or manager of photos, which can turn, crop and correct them",
        ),
        (
            r"\b(?:imagemagick|graphicsmagick|ffmpeg|libvips|pillow|pil|opencv|exiftool|skia)\b",
            "a library or tool, as services and scripts use to convert pictures",
        ),
        (
            r"\b(?:vuescan|silverfast|epson scan|scangear|frontier)\b",
            "a program of scanners: a print or film was scanned",
        ),
    )
)
_WRITERS = ("IFD0:Software", "XMP-tiff:Software", "XMP-xmp:CreatorTool", "PNG:Software", "IFD0:ProcessingSoftware")


class Software:
    """The program that wrote the file, the history it tells, and the documents it says it was made from."""

    name = "software"
    quick = True

    def traces(self, subject: Subject) -> Iterator[Trace]:
        yield from _written_by(subject.metadata)
        yield from photoshop_traces(subject)
        yield from _history(subject.metadata)
        yield from _ancestors(subject.metadata)


def kind_of(name: str) -> str:
    """What kind of program a name is of; "" for firmware of cameras and what is not known."""
    return next((what for form, what in KINDS if form.search(name[:300])), "")


def _written_by(metadata: Metadata) -> Iterator[Trace]:
    """One trace for each kind of program that is named."""
    named: dict[str, list[tuple[str, str]]] = {}
    for field in _WRITERS:
        _, text = word(metadata, field)
        if what := kind_of(text):
            named.setdefault(what, []).append((field, quoted(text, 80)))
    for what, fields in named.items():
        yield Trace(
            kind="software",
            says=f"written by {fields[0][1]}, {what}",
            because=", ".join(f"{field} is {text!r}" for field, text in fields) + _times(metadata),
            source=_SAID,
            but=_BUT,
        )


def _times(metadata: Metadata) -> str:
    _, taken = word(metadata, "ExifIFD:DateTimeOriginal", "XMP-exif:DateTimeOriginal")
    field, written = word(metadata, "IFD0:ModifyDate", "XMP-xmp:ModifyDate", "PNG:ModifyDate")
    differ = written[:19] and taken[:19] != written[:19]
    when = quoted(taken, 40) if taken.strip("0: ") else "not stated"  # an unknown date is written as zeros
    return f"; {field} is {quoted(written, 40)}, taken {when}" if differ else ""


def _history(metadata: Metadata) -> Iterator[Trace]:
    events = metadata.get("XMP-xmpMM:History")
    events = [event for event in events[:_MAX_STEPS] if isinstance(event, dict)] if isinstance(events, list) else []
    if not events:
        return
    steps = [_step(event) for event in events]
    left_out = f" ... {len(steps) - _SHOWN_STEPS} more ..." if len(steps) > _SHOWN_STEPS else ""
    shown = [*steps[: _SHOWN_STEPS - 2], *([left_out] if left_out else []), *steps[-2:]] if left_out else steps
    yield Trace(
        kind="software",
        says=f"the file tells a history of {len(steps)} step{'s' if len(steps) > 1 else ''} in software",
        because="; ".join(filter(None, shown)),
        source="XMP specification part 2, xmpMM:History",
        but="the list is text that can be cut or invented; programs other than Adobe's mostly add nothing to it",
    )


def _step(event: dict[str, Any]) -> str:
    action, agent, when, details = (
        quoted(str(event.get(key) or ""), 90) for key in ("Action", "SoftwareAgent", "When", "Parameters")
    )
    told = f"{action or 'changed'}{f' ({details})' if details else ''}"
    return f"{told}{f' by {agent}' if agent else ''}{f' at {when}' if when else ''}"


def _ancestors(metadata: Metadata) -> Iterator[Trace]:
    pasted = metadata.get("XMP-photoshop:DocumentAncestors")
    if isinstance(pasted, list) and pasted:
        yield Trace(
            kind="software",
            says=f"parts of other documents were pasted or placed in Photoshop: it lists {len(pasted)}",
            because=f"XMP-photoshop:DocumentAncestors lists {quoted(', '.join(map(str, pasted[:3])))}",
            source="XMP specification part 2, photoshop:DocumentAncestors",
            but="text and layers copied between a person's own versions count too, and the list is kept in templates",
        )
    derived = metadata.get("XMP-xmpMM:DerivedFrom")
    _, original = word(metadata, "XMP-xmpMM:OriginalDocumentID")
    _, own = word(metadata, "XMP-xmpMM:DocumentID")
    if not isinstance(derived, dict) or not derived:
        return
    source_id = quoted(str(derived.get("DocumentID") or derived.get("InstanceID") or "not named"), 80)
    yield Trace(
        kind="software",
        says="the file says it was made from another file; one with this id may be an earlier version",
        because=f"DerivedFrom is {source_id}"
        + (f", the first original {quoted(original, 80)}" if original and original != own else ""),
        source="XMP specification part 2, xmpMM:DerivedFrom and OriginalDocumentID",
        but="every export from a raw photo has the same; ids are copied on by templates and cannot be checked",
    )
