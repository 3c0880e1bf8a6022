"""What an embedded colour profile tells of the software that put it there.

Descriptions and header fields (ICC.1:2022, 7.2: CMM, manufacturer, creator) as met in real files: see the notes on
traces. A profile is copied on by most editors, so it tells of some step in the file's past, not of the last.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from provenance.examine.traces.base import Subject
from provenance.examine.traces.words import quoted, word
from provenance.model.findings import Trace

_SOURCE = "description and header of the profile, as real files have them (ICC.1:2022, 7.2)"
_KEPT = "profiles are kept by most programs that save a file again, and can be copied into any file"


class _Known(NamedTuple):
    description: re.Pattern[str]
    creator: bytes  # of the header, in small letters; empty where any will do
    says: str
    but: str


def _known(description: str, says: str, but: str, creator: bytes = b"") -> _Known:
    return _Known(re.compile(description), creator, says, but)


KNOWN: Final = (
    _known(
        "c2",
        "the small profile 'c2', which Facebook and Instagram put into the pictures they serve",
        "other services use the same free profile",
    ),
    _known(
        "Display P3",
        "Apple's profile Display P3, which iPhones put into photos since 2016",
        "Macs, editors and other phones write the same profile",
        b"appl",
    ),
    _known("Display P3", "the profile Display P3", "phones of many makers and editors write it"),
    _known(
        r"sRGB IEC61966-2\.1|sRGB",
        "Google's sRGB profile, as Android phones and Google's programs write it",
        "editors keep it",
        b"goog",
    ),
    _known(
        "Google/Skia/.*",
        "the profile of Skia, the drawing library of Chrome and Android: written by one of them",
        "any program built on Skia writes it",
    ),
    _known(
        "GIMP built-in.*|sRGB built-in|RGB built-in|Grayscale built-in",
        "a profile that GIMP or the library Little CMS makes: the file went through such a program",
        "darktable, libvips and servers use Little CMS too",
    ),
    _known("Artifex .*", "a profile of Ghostscript or MuPDF: the picture came out of a document", "as said"),
    _known(
        "Adobe RGB.*|ProPhoto RGB|Dot Gain .*|.*SWOP.*|.*FOGRA.*|Apple RGB|ColorMatch RGB",
        "a profile for editing or printing, as Adobe's programs offer it",
        "cameras can write Adobe RGB themselves",
    ),
    _known("Nikon .*", "a profile that Nikon's cameras or programs write", "editors keep it"),
    _known(
        "(?:Color LCD|iMac|Cinema HD|LED Cinema|Thunderbolt|LG|DELL|BenQ|.*Display)(?: .*)?",
        "the profile of a screen: a screenshot, or saved by a program that uses the screen's colours",
        "the description is free text",
        b"appl",
    ),
)


def profile_traces(subject: Subject) -> Iterator[Trace]:
    """What the colour profile tells; nothing for sRGB as everybody writes it, and for what is not known here."""
    _, description = word(subject.metadata, "ICC_Profile:ProfileDescription")
    profile = next((block.data for block in subject.blocks.items if block.kind == "icc"), b"")
    creator = profile[80:84]
    for known in KNOWN:
        if known.description.fullmatch(description[:200]) and creator.lower().startswith(known.creator):
            named = f", its creator {creator.decode('ascii', 'replace').strip()!r}" if creator.isalnum() else ""
            yield Trace(
                kind="platform",
                says=f"colour profile: {known.says}",
                because=f"{len(profile)} bytes, description {quoted(description)!r}{named}",
                source=_SOURCE,
                but=f"{known.but}; {_KEPT}",
            )
            return
