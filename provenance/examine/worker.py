"""The wall: hostile photos are examined in locked processes, which are replaced when they die, hang or lie.

The inside is examine.locked; what may cross is in examine.messages. Nothing that comes back is code, or believed
before it is checked: a worker that was taken over must not be able to take over its parent.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from threading import Lock as Mutex
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from provenance.errors import InputError, NotAnImageError, ServiceError, TooLargeError, UnreadableError
from provenance.examine.decode.limits import Limits
from provenance.examine.messages import (
    Drawn,
    Examined,
    Lock,
    Refused,
    Reply,
    WorkerLimits,
    accepted,
    accepted_edit,
    printable,
)
from provenance.examine.options import FeatureOptions
from provenance.examine.process import Process, ProcessLostError
from provenance.examine.safe_name import safe_name
from provenance.model.findings import Findings, Gap

if TYPE_CHECKING:
    from provenance.examine.forensics.told import PanelPicture

Answer = TypeVar("Answer")
Rows = Sequence[Sequence[float]]

log = logging.getLogger(__name__)

refusals = {kind.type: kind for kind in (InputError, NotAnImageError, TooLargeError, UnreadableError)}
indispensable = frozenset({"header", "open", "decode"})  # a photo whose worker dies in one of these is refused
path_max_characters = 4096  # PATH_MAX of Linux; only the end of a longer name is looked at
points_at_most = 200  # of an alignment sent to be drawn; the best 60 that do not crowd each other are
drawing_max_px = 8192
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
lives = 3  # workers one photo may cost


def _is_drawing(png: bytes) -> bool:
    """Whether it begins as a PNG of a size that is drawn here; what decodes it later is whoever asked for it."""
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    return png.startswith(PNG_SIGNATURE) and png[12:16] == b"IHDR" and max(width, height) <= drawing_max_px


class Examiner(Protocol):
    """Turns bytes into findings. Raises InputError when nothing of them can be used."""

    def examine(self, data: bytes, name: str, *, quick: bool = False) -> Findings:
        """The findings, without local features when it shall be quick."""
        ...

    def examine_edit(self, original: bytes, *others: bytes, edit: str, seed: int) -> Findings:
        """What matching compares of an edit made of the original and, for some edits, of other pictures."""
        ...

    def draw_alignment(self, a: bytes, b: bytes, matrix: Rows | None, points: Rows) -> bytes:
        """A PNG of two pictures and what they share: examine.alignment_picture says what is on it.

        `matrix` takes upright pixels of A to those of B, and is None where there is no alignment to show; `points` are
        rows (ax, ay, bx, by), best first.
        """
        ...

    def draw_forensics(self, data: bytes, panel: str) -> "PanelPicture":
        """What one panel of examine.forensics, by its name, makes of a picture, with what it can and cannot show."""
        ...

    def close(self) -> None: ...


class InProcess:
    """The same without the wall, for tests, benchmarks and bytes one has made oneself."""

    def __init__(self, *, examine_limits: Limits | None = None, features: FeatureOptions | None = None) -> None:
        self._examine_limits = examine_limits or Limits()
        self._features = features or FeatureOptions()

    def examine(self, data: bytes, name: str, *, quick: bool = False) -> Findings:
        from provenance.examine import bytes_to_findings  # here: it loads every decoder

        features = None if quick else self._features
        return bytes_to_findings.examine(data, name, limits=self._examine_limits, features=features)

    def examine_edit(self, original: bytes, *others: bytes, edit: str, seed: int) -> Findings:
        from provenance.examine.edits import examined  # here: as above

        return examined.examine_edit(
            original, *others, edit=edit, seed=seed, limits=self._examine_limits, features=self._features
        )

    def draw_alignment(self, a: bytes, b: bytes, matrix: Rows | None, points: Rows) -> bytes:
        from provenance.examine import alignment_picture  # here: as above

        return alignment_picture.draw_alignment(a, b, matrix=matrix, points=points, limits=self._examine_limits)

    def draw_forensics(self, data: bytes, panel: str) -> "PanelPicture":
        from provenance.examine.bytes_to_findings import ignore  # here: as above
        from provenance.examine.forensics import drawing, told

        png = drawing.draw_forensics(data, panel=panel, limits=self._examine_limits, at_step=ignore)
        return told.picture_of(png, panel)

    def close(self) -> None:
        """Nothing to end."""


class WorkerPool:
    """Examines photos in up to `workers` locked processes, each started when it is first needed.

    Safe to use from several threads. Whoever finds no worker free waits in line. A worker that dies, hangs or
    answers what it must not is replaced, and costs only its own photo the step it failed in.
    """

    def __init__(
        self,
        *,
        workers: int,
        limits: WorkerLimits | None = None,
        examine_limits: Limits | None = None,
        features: FeatureOptions | None = None,
        ops: str = "provenance.examine.ops",
    ) -> None:
        if workers < 1:
            raise ValueError(f"{workers} workers, at least 1 is needed")
        self._limits = limits or WorkerLimits()
        self._examine_limits = asdict(examine_limits or Limits())
        self._features = features or FeatureOptions()
        self._ops = ops
        self._workers = workers
        self._mutex = Mutex()
        self._free: list[Process | None] = [None] * workers  # None: a place no worker was started for yet
        self._line: deque[Future[Process | None]] = deque()
        self._living: set[Process] = set()
        self._closed = False

    def examine(self, data: bytes, name: str, *, quick: bool = False) -> Findings:
        """The findings, with a gap for each step that cost a worker. Raises InputError."""
        name = name[-path_max_characters:]
        features = None if quick else self._features
        gaps: tuple[Gap, ...] = ()
        refused = UnreadableError(f"{lives} workers were lost")
        for _ in range(lives):
            try:
                findings = self._examine(data, name, features, skip=[gap.step for gap in gaps])
            except ProcessLostError as lost:
                log.info("%s: %s", safe_name(name), lost)
                if self._closed:
                    raise ServiceError("the pool was closed") from lost
                refused = UnreadableError(str(lost))
                if lost.step in indispensable:
                    break
                if lost.step is not None:
                    gaps += (Gap(lost.step, lost.because),)
            else:
                lost_steps = {gap.step for gap in gaps}
                others = (gap for gap in findings.gaps if gap.step not in lost_steps)
                return replace(findings, gaps=(*others, *gaps))
        raise refused

    def examine_edit(self, original: bytes, *others: bytes, edit: str, seed: int) -> Findings:
        """What matching compares of an edit, made in the worker that examines it. Raises InputError."""
        asked = {"edit": edit, "seed": seed, "limits": self._examine_limits, "features": asdict(self._features)}

        def accept(reply: Reply) -> Findings:
            if not isinstance(reply, Examined):
                raise ValueError(f"a {type(reply).__name__}")
            return accepted_edit(reply.findings, (original, *others), f"{edit}.jpg", self._features)

        return self._asked_once("examine_edit", (original, *others), accept, asked)

    def draw_alignment(self, a: bytes, b: bytes, matrix: Rows | None, points: Rows) -> bytes:
        """A PNG of at most WorkerLimits.drawing_bytes. Raises InputError when one of the two cannot be read."""
        asked = {"matrix": matrix, "points": points[:points_at_most], "limits": self._examine_limits}

        def accept(reply: Reply) -> bytes:
            if not (isinstance(reply, Drawn) and _is_drawing(reply.png)):
                raise ValueError(f"a {type(reply).__name__} that is no PNG")
            return reply.png

        return self._asked_once("draw_alignment", (a, b), accept, asked)

    def draw_forensics(self, data: bytes, panel: str) -> "PanelPicture":
        """A PNG of at most WorkerLimits.drawing_bytes. Raises InputError when the picture cannot be read."""
        from provenance.examine.forensics import told  # here: it loads Pillow, of which nothing is used on this side

        def accept(reply: Reply) -> "PanelPicture":
            if not (isinstance(reply, Drawn) and _is_drawing(reply.png)):
                raise ValueError(f"a {type(reply).__name__} that is no PNG")
            return told.picture_of(reply.png, panel)

        asked = {"panel": panel, "limits": self._examine_limits}
        return self._asked_once("draw_forensics", (data,), accept, asked)

    def start(self) -> None:
        """Have all workers ready, ahead of need; they load side by side."""
        with ExitStack() as taken:
            for worker in [taken.enter_context(self._worker()) for _ in range(self._workers)]:
                worker.ready()

    @property
    def locks(self) -> tuple[Lock, ...]:
        """Which parts of the wall hold on this machine."""
        with self._worker() as worker:
            return worker.ready().locks

    def close(self) -> None:
        """End all workers, at once; photos in their hands are lost, those in line are refused."""
        with self._mutex:
            self._closed = True
            line, living = list(self._line), list(self._living)
            self._line.clear()
        for place in line:
            place.set_exception(ServiceError("the pool was closed"))
        for worker in living:
            worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _asked_once(
        self, op: str, blobs: Sequence[bytes], accept: Callable[[Reply], Answer], asked: Mapping[str, Any]
    ) -> Answer:
        """What `accept` makes of the reply; it raises ValueError for what it does not believe. Raises InputError."""
        try:
            with self._worker() as worker:
                reply = worker.ask(op, *blobs, **asked)
                if not (isinstance(reply, Refused) and reply.type in refusals):
                    with worker.held_to_its_word():
                        return accept(reply)
        except ProcessLostError as lost:
            if self._closed:
                raise ServiceError("the pool was closed") from lost
            raise UnreadableError(str(lost)) from lost
        raise refusals[reply.type](printable(reply.detail, 500))

    def _examine(self, data: bytes, name: str, features: FeatureOptions | None, *, skip: Sequence[str]) -> Findings:
        asked = {
            "name": name.encode(errors="surrogatepass"),  # one from the file system may hold lone surrogates
            "limits": self._examine_limits,
            "features": None if features is None else asdict(features),
            "skip": skip,
        }
        with self._worker() as worker:
            reply = worker.ask("examine", data, **asked)
            match reply:
                case Examined(findings):
                    with worker.held_to_its_word():
                        return accepted(findings, data, safe_name(name), features)
                case Refused(kind, detail) if kind in refusals:
                    pass
                case _:
                    raise ProcessLostError(worker.step, f"answered what is not accepted: a {type(reply).__name__}")
        raise refusals[kind](printable(detail, 500))

    @contextmanager
    def _worker(self) -> Iterator[Process]:
        """A worker of one's own for a while. It goes back into its place, or a new one if anything went wrong."""
        worker = self._take() or self._begin()
        try:
            yield worker
        except BaseException:
            self._replace(worker)
            raise
        if worker.photos < self._limits.photos:
            self._give(worker)
        else:
            self._replace(worker)

    def _take(self) -> Process | None:
        with self._mutex:
            if self._closed:
                raise ServiceError("the pool is closed")
            if self._free:
                readiest = max(self._free, key=lambda worker: -1 if worker is None else worker.is_ready)
                self._free.remove(readiest)
                return readiest
            place: Future[Process | None] = Future()
            self._line.append(place)
        return place.result()

    def _give(self, worker: Process | None) -> None:
        with self._mutex:
            if self._line:
                self._line.popleft().set_result(worker)
            else:
                self._free.append(worker)

    def _begin(self) -> Process:
        try:
            worker = Process(self._limits, self._ops)
        except OSError as refused:
            self._give(None)
            raise ServiceError(f"a worker cannot be started: {refused}") from refused
        with self._mutex:
            self._living.add(worker)
            if not self._closed:
                return worker
        self._replace(worker)
        raise ServiceError("the pool was closed")

    def _replace(self, worker: Process) -> None:
        worker.end()
        with self._mutex:
            self._living.discard(worker)
            closed = self._closed
        if not closed:
            with suppress(ServiceError):  # then its place stays empty until somebody needs it
                self._give(self._begin())
