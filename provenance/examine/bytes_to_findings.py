"""Read me first: the first half of the main flow. Hostile bytes become Findings, with no store, clock or network.

Only an InputError leaves `examine`. Whatever else goes wrong is a part that could not answer, and becomes a Gap.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TypeVar

from provenance.errors import InputError, ReadError, UnreadableError
from provenance.examine import draw, local_features
from provenance.examine.credentials import read_credentials
from provenance.examine.credentials import warm_up as load_credentials
from provenance.examine.decode import raster
from provenance.examine.decode.frames import count_frames
from provenance.examine.decode.limits import Limits, check_bytes, checked_size
from provenance.examine.decode.sniff import PIXEL_FORMATS, sniff
from provenance.examine.faults import described
from provenance.examine.fingerprints import FINGERPRINTS
from provenance.examine.fingerprints.base import Picture
from provenance.examine.metadata import Reading, read_blocks
from provenance.examine.metadata.containers import walk
from provenance.examine.metadata.containers.block import STEP as CONTAINERS
from provenance.examine.metadata.containers.block import Blocks
from provenance.examine.options import FeatureOptions
from provenance.examine.safe_name import safe_name
from provenance.examine.tiny_pictures import tiny_pictures
from provenance.examine.traces import SIGNS, Sign, Subject
from provenance.model.features import LocalFeatures
from provenance.model.file_names import dates_of_name
from provenance.model.findings import FINDINGS_VERSION, Findings, Gap, Trace
from provenance.model.fingerprint import Fingerprint
from provenance.model.image import ImageFacts

TRACES_AT_MOST = 16  # of one kind of sign
TRACE_CHARACTERS = 2000

Answer = TypeVar("Answer")


def ignore(step: str) -> None:
    """What hears of the steps when nobody watches."""


def examine(
    data: bytes,
    name: str,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    features: FeatureOptions | None = FeatureOptions(),  # noqa: B008 - frozen
    skip: frozenset[str] = frozenset(),
    at_step: Callable[[str], None] = ignore,
) -> Findings:
    """Everything one file itself yields.

    Raises InputError for what is no image of ours, is over a limit, or ends before it says how large it is.
    Local features are not looked for where `features` is None; that leaves no Gap, for nobody asked for them.
    `at_step` hears the name of each step before it runs, so that whoever watches knows which one hung; a step
    named in `skip` is not run and leaves a Gap.
    """
    check_bytes(data, limits)
    kind = sniff(data)
    size = checked_size(data, kind, limits)
    steps = _Steps(skip, at_step)
    with raster.quiet():
        opened = steps.run("decode", partial(_open, data, kind, limits))
        decoded = steps.run("decode", partial(raster.decode, opened, limits)) if opened else None
        pixels, colour_gaps = decoded or (None, ())
        fingerprints = tuple(_fingerprints(Picture(data, pixels), steps))
        spots = _features(pixels, features, steps) if pixels and features else None
        preview = steps.run("preview", partial(draw.preview, pixels)) if pixels else None
        thumbnail = steps.run("thumbnail", partial(draw.thumbnail, pixels)) if pixels else None
        frames = (opened and opened.frames) or steps.run("frames", partial(_frames, data, kind, limits))
        blocks = steps.run(CONTAINERS, partial(walk, data, kind)) or Blocks()
        reading = read_blocks(blocks, skip=skip, at_step=at_step)
        credentials = steps.run("c2pa", partial(read_credentials, data, kind, blocks))
        if opened is None and size is None and not _may_lack_a_picture(kind, reading):
            raise UnreadableError(f"{len(data)} bytes of {kind}, {steps.gaps[0].reason}")
        width, height = (opened.width, opened.height) if opened else size or (None, None)
        shown = safe_name(name)
        subject = Subject(data, kind, shown, width, height, blocks, reading.metadata, pixels)
        traces = (*_of_the_name_itself(name, shown), *_traces(subject, steps, quick=features is None))
    identity = next(fingerprint for fingerprint in fingerprints if fingerprint.kind == "sha256")
    return Findings(
        image=ImageFacts(identity.text, shown, kind, width, height, len(data), frames),
        fingerprints=fingerprints,
        metadata=reading.metadata,
        positions=reading.positions,
        dates=(*reading.dates, *dates_of_name(shown)),
        place_fields=reading.place_fields,
        captions=reading.captions,
        traces=(*reading.traces, *traces),
        credentials=credentials,
        gaps=(*steps.gaps, *colour_gaps, *reading.gaps),
        preview=preview,
        features=spots,
        version=FINDINGS_VERSION,
        thumbnail=thumbnail or b"",
    )


class _Steps:
    """Runs one step after the other and keeps the gaps of those that could not answer."""

    def __init__(self, skip: frozenset[str], at_step: Callable[[str], None]) -> None:
        self._skip, self._at_step = skip, at_step
        self.gaps: list[Gap] = []

    def run(self, step: str, part: Callable[[], Answer]) -> Answer | None:
        """What the part answers; None, and a gap, when it cannot. An InputError is the whole file's and goes on."""
        if step in self._skip:
            self.gaps.append(Gap(step, "did not finish within its limit"))
            return None
        self._at_step(step)
        try:
            return part()
        except InputError:
            raise
        except ReadError as unread:
            self.gaps.append(Gap(step, str(unread)))
        except Exception as fault:  # noqa: BLE001 - a fault in a library costs this step, not the photo
            self.gaps.append(Gap(step, described(fault)))
        return None


def _may_lack_a_picture(kind: str, reading: Reading) -> bool:
    """Formats whose pixels we do not read, and files that end before their picture but after whole metadata."""
    told_whole = bool(reading.metadata) and all(gap.step == "containers" for gap in reading.gaps)
    return kind not in PIXEL_FORMATS or told_whole


def _open(data: bytes, kind: str, limits: Limits) -> raster.Opened:
    if kind not in PIXEL_FORMATS:
        raise ReadError(f"pixels of {kind} are not read, only the metadata")
    return raster.open_picture(data, kind, limits)


def _fingerprints(picture: Picture, steps: _Steps) -> Iterator[Fingerprint]:
    for maker in FINGERPRINTS:
        if not maker.needs_pixels:
            yield maker.compute(picture)  # a hash of bytes: cannot fail, and one of them is the picture's identity
        elif picture.raster is not None:
            fingerprint = steps.run(maker.kind, partial(maker.compute, picture))
            if fingerprint is not None:
                yield fingerprint


def _features(pixels: raster.Raster, options: FeatureOptions, steps: _Steps) -> LocalFeatures | None:
    return steps.run("features", partial(local_features.local_features, pixels, options))


def _frames(data: bytes, kind: str, limits: Limits) -> int | None:
    frames = count_frames(data, kind, at_most=limits.max_frames_counted)
    if frames is not None and frames > limits.max_frames_counted:
        raise ReadError(f"more than {limits.max_frames_counted} pictures; not counted further")
    return frames


def _traces(subject: Subject, steps: _Steps, *, quick: bool) -> Iterator[Trace]:
    for sign in SIGNS:
        if sign.quick or not quick:
            found: list[Trace] = []  # what came before a failure stays
            steps.run(sign.name, partial(_collect, sign, subject, found))
            yield from map(_cut, found)


def _collect(sign: Sign, subject: Subject, found: list[Trace]) -> None:
    for trace in islice(sign.traces(subject), TRACES_AT_MOST):
        found.append(trace)  # noqa: PERF402 - as above


def _cut(trace: Trace) -> Trace:
    """Signs quote the file, and what they say crosses the wall."""
    return replace(trace, says=trace.says[:TRACE_CHARACTERS], because=trace.because[:TRACE_CHARACTERS])


def _of_the_name_itself(name: str, shown: str) -> Iterator[Trace]:
    if shown != name:
        says, because = "the name as given held a path or control characters", f"it is shown as {shown!r}"
        yield Trace("file_name", says, because, "provenance.examine.safe_name")


def warm_up() -> None:
    """Examines a tiny picture of each format, so that all it takes is in memory: a locked worker can open no file."""
    local_features.warm_up()  # the tiny pictures have none
    load_credentials()  # nor these
    for name, data in tiny_pictures():
        examine(data, name)
