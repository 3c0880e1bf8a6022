"""What the metadata says of a generator: its settings, IPTC's digital source type, labels of platforms.

All of it is text in the file. It can be taken out with any metadata tool, and typed into a photo as easily.
"""

import json
import re
from collections.abc import Iterator

from provenance.examine.traces.base import Subject
from provenance.examine.traces.generator_texts import MAX_CHARACTERS, Recognised, recognise
from provenance.examine.traces.source_types import MADE_BY_A_MODEL, MEANINGS, term_of
from provenance.examine.traces.words import quoted, text_fields, word
from provenance.model.findings import Metadata, Trace

BUT = (
    "the text can be copied into any file; a photo edited by a generator (img2img, inpainting) bears the same; "
    "its lack says nothing, since saving again or uploading takes it out"
)
_FORMS = "forms as the programs write them; checked on files of d3x-at/sd-parsers and ComfyUI_examples"

# Where EXIF or XMP carries what a PNG has as text: JPEG and WebP of web UIs, and ComfyUI's WebP (in Make and Model).
_FIELDS = (
    "ExifIFD:UserComment",
    "IFD0:ImageDescription",
    "IFD0:Make",
    "IFD0:Model",
    "File:Comment",
    "GIF:Comment",
    "XMP-exif:UserComment",
    "XMP-dc:Description",
)
_MAX_CHARACTERS_IN_ALL = 2 * MAX_CHARACTERS  # JSON of nested lists, the slowest found, takes 150 ns a character
_COMFY_PREFIX = re.compile(r"(workflow|prompt):\s*(?=\{)", re.IGNORECASE)

# What generators and platforms write as themselves: fields, the word in them, who.
_NAMES: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = tuple(
    (fields, re.compile(form, re.IGNORECASE), who)
    for fields, form, who in (
        (
            ("XMP-photoshop:Credit", "IPTC:Credit"),
            r"(?:made|created|edited) with google ai",
            "Google's generative tools",
        ),
        (("XMP-photoshop:Credit", "IPTC:Credit"), r"apple photos clean up", "Clean Up of Apple's Photos"),
        (
            ("XMP-xmp:CreatorTool", "IFD0:Software", "PNG:Software"),
            r"\b(?:adobe firefly|midjourney|dall[-·]?e|stable diffusion|novelai|comfyui|invokeai|draw things)\b",
            "a generator",
        ),
    )
)
_AI_FIELDS = ("XMP-iptcExt:AISystemUsed", "XMP-iptcExt:AIPromptInformation", "XMP-iptcExt:AISystemVersionUsed")
_LABEL = re.compile(r"XMP-[\w-]+:AIGC", re.IGNORECASE)


class Generator:
    """What the file says of having been made or changed by an image generator, and of its digital source."""

    name = "generator"
    quick = True

    def traces(self, subject: Subject) -> Iterator[Trace]:
        yield from _settings(subject)
        yield from _source_types(subject.metadata)
        yield from _names(subject.metadata)
        yield from _labels(subject)


def _settings(subject: Subject) -> Iterator[Trace]:
    """One trace for each generator whose form a text has: of the text that states settings, where there are several."""
    found: dict[str, tuple[str, Recognised]] = {}
    left = _MAX_CHARACTERS_IN_ALL
    for where, keyword, text in _texts(subject):
        left -= min(len(text), MAX_CHARACTERS)
        if left < 0:
            break
        known = recognise(keyword, text)
        if known and (known.generator not in found or not found[known.generator][1].settings):
            found[known.generator] = (where, known)
    for where, known in found.values():
        yield Trace(
            kind="generator",
            says=f"{where} holds settings of an image generator, in the form of {known.generator}",
            because=quoted(f"{where}: {known.settings or known.fields}", 300),
            source=_FORMS,
            but=BUT,
        )


def _texts(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """Where each text stands, its keyword, and the text."""
    for keyword, text in text_fields(subject):
        yield f"PNG text {quoted(keyword, 40)!r}", keyword, text
    for field in _FIELDS:
        _, text = word(subject.metadata, field)
        text = text[:MAX_CHARACTERS]
        prefix = _COMFY_PREFIX.match(text)
        if text:
            yield field, prefix[1] if prefix else "", text[prefix.end() :] if prefix else text


def _source_types(metadata: Metadata) -> Iterator[Trace]:
    field, value = word(
        metadata,
        "XMP-iptcExt:DigitalSourceType",
        "XMP-iptcExt:DigitalSourcefileType",
        "XMP-iptcExt:DigitalSourceFileType",
    )
    if not value:
        return
    term = term_of(value)
    meaning = MEANINGS.get(term, "a term that is not in IPTC's list")
    yield Trace(
        kind="generator" if term in MADE_BY_A_MODEL else "source_type",
        says=f"the file states its digital source: {meaning}",
        because=f"{field} is {quoted(value)!r}",
        source="IPTC NewsCodes, Digital Source Type (cv.iptc.org/newscodes/digitalsourcetype)",
        but="a statement without a signature, which anybody can write or take out",
    )


def _names(metadata: Metadata) -> Iterator[Trace]:
    for fields, form, who in _NAMES:
        for field in fields:
            _, text = word(metadata, field)
            if form.search(text[:500]):
                yield Trace(
                    kind="generator",
                    says=f"the file names {who} as what made or changed it",
                    because=f"{field} is {quoted(text)!r}",
                    source="what these programs write of themselves; see the notes on traces",
                    but=BUT,
                )
                break


def _labels(subject: Subject) -> Iterator[Trace]:
    """IPTC's fields for generated pictures, and China's label for them."""
    for field in _AI_FIELDS:
        _, text = word(subject.metadata, field)
        if text:
            yield Trace(
                kind="generator",
                says="the file names the AI system or the prompt that it was made with",
                because=f"{field} is {quoted(text)!r}",
                source="IPTC Photo Metadata Standard 2025.1",
                but=BUT,
            )
    for where, text in _label_texts(subject):
        yield Trace(
            kind="generator",
            says="the file bears China's label for generated content",
            because=quoted(f"{where}: {text}", 300),
            source="GB 45438-2025, annex E: a JSON object under AIGC, with Label, ContentProducer and ProduceID",
            but=BUT + "; Label 1 means generated, 2 possibly, 3 suspected",
        )
        return


def _label_texts(subject: Subject) -> Iterator[tuple[str, str]]:
    for field, value in subject.metadata.items():
        if _LABEL.fullmatch(field):
            yield field, value if isinstance(value, str) else str(value)
    for keyword, text in text_fields(subject):
        if keyword == "AIGC":
            yield "PNG text 'AIGC'", text
    field, comment = word(subject.metadata, "ExifIFD:UserComment")
    if '"AIGC"' in comment[:200]:
        try:
            label = json.loads(comment[:20_000])["AIGC"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        yield field, str(label)
