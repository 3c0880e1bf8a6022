"""The inside of the wall: a process that imports what it needs, locks itself, and examines hostile bytes on request.

Started by examine.worker; nothing else runs it. Linux only: elsewhere the locks do not hold, and the first message
says so. Landlock: linux/landlock.h, Documentation/userspace-api/landlock.rst. seccomp: libseccomp through pyseccomp.
"""

import ctypes
import errno
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import msgspec

from provenance.errors import InputError
from provenance.examine.messages import (
    Examined,
    Fault,
    Lock,
    Ready,
    Refused,
    Reply,
    Request,
    Step,
    WorkerLimits,
    printable,
    read_exactly,
    read_frame,
    unsendable,
    write_body,
    write_frame,
)
from provenance.model.findings import Gap

seccomp: Any = None
with suppress(ImportError, RuntimeError):  # the package is for Linux only, and needs libseccomp.so.2
    seccomp = import_module("pyseccomp")

Operation = Callable[..., Reply]  # (*blobs, at_step=, **arguments)

nobody = 65534  # the overflow uid of Linux, Documentation/admin-guide/sysctl/fs.rst

# What a decoder never asks for, as the system calls of x86-64 and arm64. Threads stay possible (libde265 and dav1d
# start some), processes do not. Files are denied here as well as by Landlock: either alone is enough.
DENIED = """
    execve execveat fork vfork ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp
    kill tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_getfd pidfd_send_signal
    setrlimit setpriority sched_setscheduler sched_setattr sched_setparam ioprio_set migrate_pages move_pages
    socket socketpair connect bind listen accept accept4
    open openat openat2 creat open_by_handle_at name_to_handle_at memfd_create memfd_secret truncate
    link linkat symlink symlinkat unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir mknod mknodat
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr chdir fchdir chroot pivot_root
    mount umount2 move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr swapon swapoff
    quotactl quotactl_fd acct inotify_init inotify_init1 inotify_add_watch fanotify_init fanotify_mark
    shmget shmat shmctl msgget msgsnd msgrcv msgctl semget semop semtimedop semctl mq_open mq_unlink
    bpf perf_event_open io_uring_setup io_uring_enter io_uring_register userfaultfd keyctl add_key request_key
    init_module finit_module delete_module kexec_load kexec_file_load reboot unshare setns personality iopl ioperm
    modify_ldt syslog sethostname setdomainname settimeofday clock_settime clock_adjtime adjtimex vhangup uselib
    setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset
""".split()  # noqa: SIM905
first_unlisted_call = 453  # after fchmodat2 (Linux 6.6); numbers are the same on every machine from 424 on
last_reserved_call = 511  # x86-64 keeps 512..547 for the x32 ABI


def main() -> None:
    requests, replies = _private_pipes()
    limits = msgspec.msgpack.decode(read_frame(requests, 1 << 16), type=WorkerLimits)
    try:
        ops = import_module(sys.argv[1])
        ops.warm_up()
        ready = Ready(locks=lock(limits))
    except Exception as fault:
        write_frame(replies, _told(fault))
        raise
    write_frame(replies, ready)
    with suppress(EOFError, BrokenPipeError):  # the parent is gone, and so are we
        while True:
            _serve(ops.OPS, requests, replies, limits)


def _private_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes to the parent on descriptors of their own, so that a library that prints cannot break the stream."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    return requests, replies


def _serve(ops: Mapping[str, Operation], requests: IO[bytes], replies: IO[bytes], limits: WorkerLimits) -> None:
    request = msgspec.msgpack.decode(read_frame(requests, 1 << 16), type=Request)
    blobs = [read_exactly(requests, length) for length in request.blobs]

    def at_step(name: str) -> None:
        cpu_s = limits.decode_cpu_s if name == "decode" else limits.step_cpu_s
        signal.setitimer(signal.ITIMER_PROF, cpu_s)  # SIGPROF ends the process, C code included
        write_frame(replies, Step(name))

    at_step("header")  # until the operation names its own
    body = _answer(ops[request.op], blobs, request.arguments, at_step, limits.reply_bytes)
    signal.setitimer(signal.ITIMER_PROF, 0)
    write_body(replies, body)


def _answer(
    operation: Operation, blobs: list[bytes], arguments: dict[str, Any], at_step: Callable[[str], None], max_bytes: int
) -> bytes:
    try:
        return _encoded(operation(*blobs, at_step=at_step, **arguments), max_bytes)
    except InputError as refused:
        return msgspec.msgpack.encode(Refused(refused.type, printable(refused.detail, 500)))
    except Exception as fault:  # noqa: BLE001 - a fault inside is told, and costs this photo only
        return msgspec.msgpack.encode(_told(fault))


def _encoded(reply: Reply, max_bytes: int) -> bytes:
    """The body of a frame. Metadata that the parent would not accept, or that cannot be said, gives way to a gap."""
    if not isinstance(reply, Examined):
        return msgspec.msgpack.encode(reply)
    problem = next(unsendable(reply.findings.metadata), None)
    if problem is None:
        try:
            body = msgspec.msgpack.encode(reply)
        except (ValueError, OverflowError) as unsayable:  # a lone surrogate, an integer of more than 64 bits
            problem = str(unsayable)
        else:
            if len(body) <= max_bytes:
                return body
            problem = f"findings of {len(body)} bytes, limit {max_bytes}"
    gap = Gap("metadata", printable(problem, 300))
    bare = replace(reply.findings, metadata={}, gaps=(*reply.findings.gaps, gap))
    body = msgspec.msgpack.encode(Examined(bare))
    if len(body) <= max_bytes:
        return body
    lost = Gap("traces", f"findings of {len(body)} bytes without metadata, limit {max_bytes}: left out too")
    return msgspec.msgpack.encode(Examined(replace(bare, traces=(), gaps=(*bare.gaps, lost))))


def _told(fault: Exception) -> Fault:
    """A fault with the line that raised it, as "KeyError: 'x' (exif.py:120)"."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    line = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return Fault(printable(f"{type(fault).__name__}: {fault}", 400) + f" ({line})")


def lock(limits: WorkerLimits) -> tuple[Lock, ...]:
    """Give up, for good, whatever examining does not need; says of each lock whether it holds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    return (
        attempt("limits", lambda: lock_resources(limits)),
        attempt("user", lock_user),
        attempt("landlock", lock_files_and_network),
        attempt("seccomp", lock_system_calls),
    )


def attempt(name: str, take: Callable[[], str]) -> Lock:
    """Take one lock; where this machine has no such thing, say so instead."""
    try:
        return Lock(name, True, take())
    except (OSError, RuntimeError, ValueError, AttributeError) as missing:
        return Lock(name, False, printable(str(missing), 200))


def lock_resources(limits: WorkerLimits) -> str:
    for which, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
    ):
        resource.setrlimit(which, (most, most))
    return f"{limits.memory_bytes >> 20} MiB, {limits.step_cpu_s:g} s of CPU a step, {limits.decode_cpu_s:g} to decode"


def lock_user() -> str:
    """Nobody instead of root, and no memory for a debugger or a core handler to read."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(nobody, nobody, nobody)
        os.setresuid(nobody, nobody, nobody)
    _prctl(4, 0)  # PR_SET_DUMPABLE
    return f"uid {os.geteuid()}"


def lock_files_and_network() -> str:
    """Landlock: no file, no TCP (from ABI 4), no signal or abstract socket to the outside (from ABI 6)."""
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
    abi = _call(444, None, 0, 1)  # landlock_create_ruleset(LANDLOCK_CREATE_RULESET_VERSION)
    file_rights = 16 if abi >= 5 else min(abi, 3) + 12
    rights = ((1 << file_rights) - 1, 0b11 if abi >= 4 else 0, 0b11 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _call(444, struct.pack("=QQQ", *rights), size, 0)
    _prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
    _call(446, ruleset, 0)  # landlock_restrict_self
    os.close(ruleset)
    if threads > 1:  # it binds the thread that calls and what that starts
        raise RuntimeError(f"{threads - 1} threads were there before it")
    return f"ABI {abi}"


def lock_system_calls() -> str:
    if seccomp is None:
        raise RuntimeError("needs Linux and libseccomp.so.2")
    refused, own = seccomp.ERRNO(errno.EPERM), os.getpid()
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    denied = 0
    for name in DENIED:
        with suppress(OSError):  # this libseccomp, or this machine, has no such call
            rules.add_rule(refused, name)
            denied += 1
    rules.add_rule(refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, 0x10000, 0))  # without CLONE_THREAD
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be seen; the C library falls back
    rules.add_rule(refused, "tgkill", seccomp.Arg(0, seccomp.NE, own))
    rules.add_rule(refused, "prlimit64", seccomp.Arg(2, seccomp.NE, 0))
    for number in range(first_unlisted_call, last_reserved_call + 1):
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), number)
    rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)  # all threads
    rules.load()
    return f"{denied} calls and all newer than Linux 6.6"


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0))):
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def _call(number: int, *arguments: bytes | int | None) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(libc.syscall(ctypes.c_long(number), *words))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}: {os.strerror(ctypes.get_errno())}")
    return result
