"""The parent's end of one locked process: start it, ask it, tell what befell it, end it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import IO, Any, cast

from provenance.errors import ProvenanceError
from provenance.examine.messages import (
    DRAWINGS,
    REJECTED,
    Fault,
    Ready,
    Reply,
    Request,
    Step,
    WorkerLimits,
    printable,
    read_reply,
    write_frame,
)

# The parent's modules, by the parent's path; nothing of its environment, and no module from the working directory
# unless the parent itself looks there (-I).
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); from provenance.examine.locked import main; main()"
_ENVIRONMENT = {
    "PATH": os.defpath,
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # glibc keeps this much for the next photo; without it each one faults its rasters in anew, 8 ms at 1280 px
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}


class ProcessLostError(Exception):
    """A worker is of no more use: the step it was in (None before the first), and what befell it."""

    def __init__(self, step: str | None, because: str) -> None:
        super().__init__(f"{step or 'before its first step'}: {because}")
        self.step = step
        self.because = because


class Process:
    """One locked process, used by one thread at a time."""

    def __init__(self, limits: WorkerLimits, ops: str) -> None:
        path = json.dumps([os.path.abspath(entry) for entry in sys.path])  # noqa: PTH100 - "" is the working directory
        self._limits = limits
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-I", "-W", "ignore", "-c", _BOOT, ops, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            start_new_session=True,  # Ctrl-C in the terminal is for the parent
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        self._replies = cast(IO[bytes], self._process.stdout)
        self._ready: Ready | None = None
        self.step: str | None = None
        self.photos = 0
        with suppress(BrokenPipeError):  # then ready() says why
            write_frame(self._requests, limits)

    @property
    def is_ready(self) -> bool:
        return self._ready is not None

    def ready(self) -> Ready:
        """Wait until it is loaded and locked."""
        if self._ready is None:
            try:
                with self._within(self._limits.start_s):
                    first = self._receive()
                    if not isinstance(first, Ready):
                        raise ValueError(f"a {type(first).__name__} first")
            except ProcessLostError as lost:
                raise ProvenanceError(f"a worker did not start: {lost.because}") from lost
            self._ready = first
        return self._ready

    def ask(self, op: str, *blobs: bytes, **arguments: Any) -> Reply:
        """The answer to one request. Raises ProcessLostError, and must not be asked again after that."""
        most_bytes = self._limits.drawing_bytes if op in DRAWINGS else self._limits.reply_bytes
        self.ready()
        self.step = None
        self.photos += 1
        with self._within(self._limits.wall_s):
            write_frame(self._requests, Request(op, arguments, tuple(map(len, blobs))))
            for blob in blobs:
                self._requests.write(blob)
            self._requests.flush()
            while isinstance(reply := self._receive(most_bytes), Step):
                self.step = printable(reply.name, 40)
        return reply

    def end(self) -> None:
        """Kill it and what it may have started; leaves no zombie."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=10)
        for pipe in (self._requests, self._replies):
            with suppress(OSError):
                pipe.close()

    @contextmanager
    def held_to_its_word(self) -> Iterator[None]:
        try:
            yield
        except REJECTED as lie:
            raise ProcessLostError(self.step, f"answered what is not accepted: {printable(str(lie), 200)}") from lie

    def _receive(self, most_bytes: int | None = None) -> Reply:
        reply = read_reply(self._replies, most_bytes or self._limits.reply_bytes)
        if isinstance(reply, Fault):
            raise ProcessLostError(self.step, printable(reply.detail, 500))
        return reply

    @contextmanager
    def _within(self, limit_s: float) -> Iterator[None]:
        """Kills the process when this takes longer; turns whatever ends the conversation into ProcessLostError."""
        overdue = False

        def stop() -> None:
            nonlocal overdue
            overdue = True
            self._process.kill()

        timer = Timer(limit_s, stop)
        timer.daemon = True
        timer.start()
        try:
            with self.held_to_its_word():
                yield
        except (EOFError, OSError) as gone:
            because = f"took longer than {limit_s:g} s" if overdue else self._cause_of_death()
            raise ProcessLostError(self.step, because) from gone
        finally:
            timer.cancel()
            timer.join()

    def _cause_of_death(self) -> str:
        self.end()
        code = self._process.returncode
        if code == -signal.SIGPROF:
            cpu_s = self._limits.decode_cpu_s if self.step == "decode" else self._limits.step_cpu_s
            return f"used more than {cpu_s:g} s of CPU"
        return f"died of {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
