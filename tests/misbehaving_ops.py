"""Operations for tests of the wall: the bytes of the "photo" say how its worker misbehaves. Imports nothing heavy."""

import ctypes
import os
import pickle
import re
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from provenance.errors import InputError, NotFoundError, TooLargeError
from provenance.examine.messages import Drawn, Examined, Refused, Reply
from provenance.model.findings import Findings, Gap, Trace
from provenance.model.image import ImageFacts


def honest(data: bytes, name: str = "worker's own name") -> Findings:
    return Findings(image=ImageFacts(sha256(data).hexdigest(), name, "jpeg", 4, 3, len(data), 1))


def write_raw(body: bytes) -> None:
    """To every descriptor that takes it; one of them is the pipe to the parent."""
    for descriptor in range(3, 16):
        try:
            os.write(descriptor, body)
        except OSError:
            continue


def framed(body: bytes) -> bytes:
    return len(body).to_bytes(4) + body


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def spin() -> None:
    while True:
        pass


class Tool:
    """What would run if anybody unpickled it."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("echo taken over",)


def attempts() -> dict[str, Callable[[], Any]]:
    """Ways out of the wall; each returns something, or fails."""
    libc = ctypes.CDLL(None, use_errno=True)

    def call(function: str, *arguments: Any) -> int:
        result = int(getattr(libc, function)(*arguments))
        if result < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return result

    def fork() -> int:
        child = os.fork()
        if child == 0:
            os._exit(0)
        return child

    parent = os.getppid()
    return {
        "read a file": lambda: Path("/etc/passwd").read_bytes(),
        "read the parent's environment": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "write a file": lambda: Path("/dev/null").write_bytes(b"x"),
        "list a folder": lambda: os.listdir("/"),  # noqa: PTH208
        "make a folder": lambda: Path("/tmp").mkdir(),  # noqa: S108 - it exists: "File exists" is no refusal
        "delete a file": lambda: os.unlink("/tmp/never"),  # noqa: S108, PTH108
        "change a mode": lambda: Path("/tmp").chmod(0o1777),  # noqa: S108
        "change a time": lambda: os.utime("/tmp"),  # noqa: S108
        "change directory": lambda: os.chdir("/"),
        "open a socket": socket.socket,
        "open a pair of sockets": socket.socketpair,
        "connect": lambda: call("connect", 0, None, 0),
        "run a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "replace itself": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
        "fork": fork,
        "signal the parent": lambda: os.kill(parent, 0),
        "signal a process by number": lambda: os.pidfd_open(parent),
        "trace the parent": lambda: call("ptrace", 16, parent, 0, 0),
        "read the parent's memory": lambda: call("process_vm_readv", parent, None, 0, None, 0, 0),
        "make a file in memory": lambda: os.memfd_create("x"),
        "set up io_uring": lambda: call("syscall", 425, 8, None),
        "load a BPF program": lambda: call("syscall", 321, 0, None, 0),
        "make a namespace": lambda: call("unshare", 0x10000000),
        "become root": lambda: os.setuid(0),
        "change a limit": lambda: call("setrlimit", 7, struct.pack("QQ", 8, 8)),
        "ask for a newer system call": lambda: call("syscall", 460),
    }


def outcome(attempt: Callable[[], Any]) -> str:
    """ "ALLOWED", or the kernel's word for why not."""
    try:
        attempt()
    except OSError as refused:
        return os.strerror(refused.errno or 0)
    return "ALLOWED"


def with_metadata(value: Any) -> Callable[[bytes], Reply]:
    return lambda data: Examined(replace(honest(data), metadata={"x": value}))


def raw(body: bytes) -> Callable[[bytes], Reply]:
    def misbehave(data: bytes) -> Reply:
        write_raw(body)
        time.sleep(30)
        return Examined(honest(data))

    return misbehave


def raw_findings(metadata: dict[str, Any]) -> Callable[[bytes], Reply]:
    """As a worker that was taken over sends them: past the checks on its own side."""

    def misbehave(data: bytes) -> Reply:
        write_raw(framed(msgspec.msgpack.encode(Examined(replace(honest(data), metadata=metadata)))))
        time.sleep(30)
        return Examined(honest(data))

    return misbehave


def refuse(error: InputError) -> Callable[[bytes], Reply]:
    def misbehave(data: bytes) -> Reply:
        raise error

    return misbehave


def do(action: Callable[[], Any]) -> Callable[[bytes], Reply]:
    def misbehave(data: bytes) -> Reply:
        action()
        return Examined(honest(data))

    return misbehave


def print_a_lot() -> None:
    print("x" * 100_000, flush=True)  # noqa: T201
    os.write(1, b"y" * 100_000)
    os.write(2, b"z" * 100_000)


def fail() -> None:
    raise KeyError("a fault\x1b[31m of ours")


MISBEHAVIOURS: dict[bytes, Callable[[bytes], Reply]] = {
    b"segfault": do(lambda: ctypes.string_at(0)),
    b"abort": do(os.abort),
    b"exit 0": do(lambda: os._exit(0)),
    b"loop in Python": do(spin),
    b"loop in C": do(lambda: re.match(r"(a+)+$", "a" * 64 + "b")),
    b"sleep": do(lambda: time.sleep(60)),
    b"4 GiB": do(lambda: bytearray(4 << 30)),
    b"fail": do(fail),
    b"print": do(print_a_lot),
    b"thread": do(lambda: __import__("threading").Thread(target=int).start()),
    b"garbage": raw(framed(b"\xc1garbage")),
    b"too long": raw((1 << 31).to_bytes(4)),
    b"pickle": raw(framed(pickle.dumps(Tool()))),
    b"unknown message": raw(framed(msgspec.msgpack.encode({"message": "Pwned"}))),
    b"deep": raw(framed(b"\x91" * 100_000)),
    b"half a frame": do(lambda: (write_raw(b"\0\0\1\0half"), os._exit(0))),
    b"another's id": lambda data: Examined(honest(b"another")),
    b"NaN": raw_findings({"x": float("nan")}),
    b"nested": raw_findings({"x": nested(16)}),
    b"honest NaN": with_metadata(float("nan")),
    b"honest nesting": with_metadata(nested(3000)),
    b"honest length": with_metadata("x" * (2 << 20)),
    b"honest traces": lambda data: Examined(
        replace(honest(data), metadata={"x": "x"}, traces=(Trace("encoder", "x" * (2 << 20), "", ""),))
    ),
    b"honest surrogate": with_metadata("\udc80"),
    b"honest integer": with_metadata(1 << 70),
    b"pid": lambda data: Examined(replace(honest(data), metadata={"pid": os.getpid()})),
    b"nap": do(lambda: time.sleep(1)),
    b"too large": refuse(TooLargeError("104857600 px,\x1b[2J limit 100000000")),
    b"not found": refuse(NotFoundError("a type no photo is refused with")),
    b"foreign error": lambda data: Refused("SystemExit", ""),
    b"probe": lambda data: Examined(
        replace(honest(data), metadata={name: outcome(attempt) for name, attempt in attempts().items()})
    ),
}


def examine(
    data: bytes,
    *,
    name: bytes,
    limits: Mapping[str, int],
    features: Mapping[str, int] | None,
    skip: Sequence[str],
    at_step: Callable[[str], None],
) -> Reply:
    """`STEP,STEP: HOW` misbehaves in those steps, unless they are skipped; anything else is examined honestly."""
    steps, _, how = data.partition(b": ")
    at_step("decode")
    if how not in MISBEHAVIOURS:
        return Examined(honest(data, name.decode(errors="replace")))
    named = steps.decode().split(",")
    for step in named:
        if step not in skip:
            at_step(step)
            return MISBEHAVIOURS[how](data)
    return Examined(replace(honest(data), gaps=tuple(Gap(step, "skipped") for step in named)))


def draw_alignment(a: bytes, b: bytes, *, at_step: Callable[[str], None], **_: Any) -> Reply:
    """What the first "picture" says becomes of the drawing."""
    at_step("draw")
    png = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + b"IHDR" + (1600).to_bytes(4) + (900).to_bytes(4)
    return {
        b"no PNG": lambda: Drawn(b"<script>"),
        b"too wide": lambda: Drawn(png[:16] + (1 << 20).to_bytes(4) + png[20:]),
        b"too long": lambda: Drawn(png + bytes(4 << 20)),
        b"1.5 MiB": lambda: Drawn(png + bytes(3 << 19)),
        b"findings": lambda: Examined(honest(a)),
        b"foreign refusal": lambda: Refused("SystemExit", ""),
        b"segfault": lambda: ctypes.string_at(0),
        b"honest": lambda: Drawn(png),
    }[a]()


def warm_up() -> None:
    """Nothing is opened later."""


OPS = {"examine": examine, "draw_alignment": draw_alignment}
