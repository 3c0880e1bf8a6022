"""What crosses the wall: the frames, the messages in them, and what the parent accepts of an answer.

A frame is a length (4 bytes, big-endian) and that many bytes of msgpack. A request is followed by its raw bytes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from math import isfinite
from typing import IO, Any

import msgspec

from provenance.examine.options import FeatureOptions
from provenance.model.credentials import (
    MAX_ACTIONS,
    MAX_DEPTH,
    MAX_EXPLAINS,
    MAX_INGREDIENTS,
    MAX_PROBLEMS,
    MAX_TEXT,
    Credentials,
)
from provenance.model.features import FEATURES_RULE, LocalFeatures
from provenance.model.findings import Findings, Preview
from provenance.model.times import StatedTime

# Every fingerprint there is, with the length of its value in bytes. A new one is listed here too: that which comes
# back over the wall is named in full on this side of it.
FINGERPRINT_BYTES = {"sha256": 32, "pdq": 32, "phash": 8, "dhash": 8, "whash": 8}

_PART_OF_A_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)

DRAWINGS = frozenset({"draw_alignment", "draw_forensics"})  # operations whose answer is a picture

metadata_depth = 16  # ExifTool's answers to 164 real and hostile files nest 6 deep at most
metadata_values = 100_000  # 1 MiB of empty lists would be ten times that
preview_max_px = 256
thumbnail_max_bytes = 1 << 18  # one of 320 px has about 15 kB


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one photo may cost. CPU limits hold for C code too; the wall limit is for what waits instead of working."""

    memory_bytes: int = 2 << 30  # address space: libraries take 0.4 GiB, a progressive JPEG of 300 Mpx 0.9
    decode_cpu_s: float = 3.0  # a 12 MP JPEG takes 0.05; 4 Mpx in 3000 scans takes 8.9, and nothing bounds it
    step_cpu_s: float = 0.7  # exifread takes 0.006 on a camera's file, 27 on a forged count
    wall_s: float = 10.0
    start_s: float = 60.0  # 1.4 s on a busy machine; a cold disk takes longer
    reply_bytes: int = 1 << 20  # real files need 72 kB at most, 12 at the median; the parent may hold 80 times it
    drawing_bytes: int = 4 << 20  # an answer that is a picture; noise twice side by side takes 2.1 MB
    photos: int = 1000  # then the worker is retired, against leaks in C libraries
    open_files: int = 16


class Request(msgspec.Struct, frozen=True):
    """An operation with its arguments; `blobs` are the lengths of the raw bytes that follow the frame."""

    op: str
    arguments: dict[str, Any]
    blobs: tuple[int, ...]


class Lock(msgspec.Struct, frozen=True):
    """One part of the wall: whether it holds in this worker, and how far or why not."""

    name: str
    holds: bool
    because: str


class Ready(msgspec.Struct, frozen=True, tag=True, tag_field="message"):
    locks: tuple[Lock, ...]


class Step(msgspec.Struct, frozen=True, tag=True, tag_field="message"):
    """The worker begins this step. Sent, so that the parent can say in which one it died."""

    name: str


class Examined(msgspec.Struct, frozen=True, tag=True, tag_field="message"):
    findings: Findings


class Drawn(msgspec.Struct, frozen=True, tag=True, tag_field="message"):
    png: bytes


class Refused(msgspec.Struct, frozen=True, tag=True, tag_field="message"):
    """An InputError: `type` is its class's word for programs."""

    type: str
    detail: str


class Fault(msgspec.Struct, frozen=True, tag=True, tag_field="message"):
    detail: str


REJECTED = (ValueError, RecursionError, msgspec.MsgspecError)  # what reading and accepting an answer may raise
Reply = Ready | Step | Examined | Drawn | Refused | Fault
_reply: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


def write_frame(pipe: IO[bytes], message: msgspec.Struct | WorkerLimits) -> None:
    write_body(pipe, msgspec.msgpack.encode(message))


def write_body(pipe: IO[bytes], body: bytes) -> None:
    pipe.write(len(body).to_bytes(4) + body)
    pipe.flush()


def read_frame(pipe: IO[bytes], max_bytes: int) -> bytes:
    """The next frame's body. Raises EOFError when the other side is gone, ValueError over `max_bytes`."""
    length = int.from_bytes(read_exactly(pipe, 4))
    if length > max_bytes:
        raise ValueError(f"a message of {length} bytes, limit {max_bytes}")
    return read_exactly(pipe, length)


def read_exactly(pipe: IO[bytes], length: int) -> bytes:
    read = pipe.read(length)
    if len(read) < length:
        raise EOFError(f"{len(read)} of {length} bytes")
    return read


def read_reply(pipe: IO[bytes], max_bytes: int) -> Reply:
    """The worker's next message. Raises EOFError, or one of REJECTED."""
    return _reply.decode(read_frame(pipe, max_bytes))


def printable(text: str, max_characters: int) -> str:
    """`text` in one line that a terminal and a log can show: control and format characters become spaces."""
    return "".join(c if c.isprintable() else " " for c in text[:max_characters]).strip()


def accepted(
    findings: Findings,
    data: bytes,
    name: str,
    features: FeatureOptions | None = FeatureOptions(),  # noqa: B008 - frozen
) -> Findings:
    """Findings from the other side of the wall, once they are found to be about these bytes and well-formed.

    `features` is what was asked for. What the parent knows itself (identity, size, the name to show) it does not take
    from the worker. Raises ValueError.
    """
    identity = sha256(data)
    if findings.image.id != identity.hexdigest():
        raise ValueError(f"findings about another image, {findings.image.id}")
    for problem in islice(_problems(findings, identity.digest(), features), 1):
        raise ValueError(problem)
    return replace(findings, image=replace(findings.image, name=name, bytes=len(data)))


def accepted_edit(findings: Findings, originals: Sequence[bytes], name: str, features: FeatureOptions) -> Findings:
    """Findings about an edit that the worker made of these files, once they hold nothing but what matching compares.

    The edit's bytes do not cross, so its identity is the worker's word; it must be no original's. Raises ValueError.
    """
    if findings.image.id in {sha256(data).hexdigest() for data in originals}:
        raise ValueError("an edit that is the original itself")
    compared = Findings(
        findings.image, findings.fingerprints, gaps=findings.gaps, preview=findings.preview, features=findings.features
    )
    if findings != compared:
        raise ValueError("more about an edit than matching compares")
    for problem in islice(_problems(compared, bytes.fromhex(compared.image.id), features), 1):
        raise ValueError(problem)
    return replace(compared, image=replace(compared.image, name=name))


def _problems(findings: Findings, identity: bytes, asked: FeatureOptions | None) -> Iterator[str]:
    for fingerprint in findings.fingerprints:
        length = FINGERPRINT_BYTES.get(fingerprint.kind)
        if {len(fingerprint.value), *map(len, fingerprint.turned)} != {length} or len(fingerprint.turned) > 7:
            yield f"a {fingerprint.kind[:40]} of {len(fingerprint.value)} bytes"
        if fingerprint.kind == "sha256" and fingerprint.value != identity:
            yield "a sha256 that is not the file's"
    yield from _problems_of_preview(findings.preview)
    yield from unsendable(findings.metadata)
    yield from _problems_of_readings(findings)
    if findings.credentials is not None:
        yield from _problems_of_credentials(findings.credentials)
    if findings.features is not None:
        yield from _problems_of_features(findings.features, asked)
    if findings.thumbnail and not findings.thumbnail.startswith(b"\xff\xd8\xff"):
        yield "a thumbnail that is no JPEG"
    if len(findings.thumbnail) > thumbnail_max_bytes:
        yield f"a thumbnail of {len(findings.thumbnail)} bytes, limit {thumbnail_max_bytes}"


def _problems_of_readings(findings: Findings) -> Iterator[str]:
    for reading in findings.positions:
        if not (isfinite(reading.radius_m) and reading.radius_m >= 0):
            yield f"a radius of {reading.radius_m} m"
        if not all(isfinite(number) for number in (reading.altitude_m or 0, reading.direction_deg or 0)):
            yield "a height or direction that is no number"
    for date in findings.dates:
        if date.time is None and not _PART_OF_A_DATE.fullmatch(date.stated):  # `time` raises ValueError for nonsense
            yield f"the date {date.stated[:40]!r}"
    for trace in findings.traces:
        if trace.score is not None and not 0 <= trace.score <= 1:
            yield f"a trace with the score {trace.score}"


def _problems_of_credentials(it: Credentials) -> Iterator[str]:
    """Bounds that types cannot say. Of the state, the message's type says that it is one of four."""
    problems = [*it.problems, *(problem for ingredient in it.ingredients for problem in ingredient.problems)]
    for what, count, most in (
        ("ingredients", len(it.ingredients), MAX_INGREDIENTS),
        ("actions", len(it.actions), MAX_ACTIONS),
        ("problems", len(problems), MAX_PROBLEMS),
    ):
        if count > most:
            yield f"{count} {what} of credentials, limit {most}"
    if any(not 0 <= ingredient.depth <= MAX_DEPTH for ingredient in it.ingredients):
        yield f"ingredients of credentials more than {MAX_DEPTH} deep"
    texts = [it.signer, it.issuer, it.time_authority, it.claim_generator, it.title, it.checked_with]
    texts += [text for problem in problems for text in (problem.code, problem.says, problem.about)]
    texts += [text for act in it.actions for text in (act.action, act.when, act.software, act.digital_source_type)]
    texts += [text for ingredient in it.ingredients for text in (ingredient.title, ingredient.relationship)]
    over = any(len(text or "") > MAX_TEXT for text in texts)
    if over or max(len(it.explains), len(it.remote_url or "")) > MAX_EXPLAINS:
        yield "a text of credentials over its limit"
    if it.signed_at is not None and not StatedTime(it.signed_at).has_zone:  # StatedTime raises ValueError for nonsense
        yield f"credentials signed at {it.signed_at[:40]!r}, a time without a zone"


def _problems_of_preview(preview: Preview | None) -> Iterator[str]:
    """Unpacked once, to at most the size it states, so that nothing unreadable is recorded."""
    from provenance.model.preview_pixels import pixels  # here: it loads numpy

    if preview is None:
        return
    if max(preview.width, preview.height) > preview_max_px:
        yield f"a preview of {preview.width} x {preview.height} px, limit {preview_max_px}"
    try:
        pixels(preview)
    except ValueError as damaged:
        yield str(damaged)


def _problems_of_features(features: LocalFeatures, asked: FeatureOptions | None) -> Iterator[str]:
    if features.rule != FEATURES_RULE:
        yield f"features of the rule {features.rule[:40]}"
    if asked is None:
        yield "features that were not asked for"
    elif features.count > asked.at_most:
        yield f"{features.count} features, limit {asked.at_most}"
    elif max(features.width, features.height) > asked.frame_px:
        yield f"features of a frame of {features.width} x {features.height} px, limit {asked.frame_px}"


def unsendable(metadata: dict[str, Any]) -> Iterator[str]:
    """What in the metadata is no JSON, nests too deep or is too much. msgpack bounds integers and checks text."""
    layer: list[Any] = [metadata]
    values = 0
    for _ in range(metadata_depth):
        values += len(layer)
        if values > metadata_values:
            yield f"more than {metadata_values} metadata values"
        deeper: list[Any] = []
        for value in layer:
            match value:
                case dict():
                    if not all(type(key) is str for key in value):
                        yield "a metadata key that is no text"
                    deeper += value.values()
                case list():
                    deeper += value
                case float() if not isfinite(value):
                    yield f"the metadata value {value}"
                case str() | bool() | int() | float() | None:
                    pass
                case _:
                    yield f"a metadata value of type {type(value).__name__}"
        layer = deeper
    if layer:
        yield f"metadata more than {metadata_depth} deep"
