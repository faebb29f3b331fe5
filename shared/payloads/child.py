"""The child's side: takes its limits upon itself, then reads the file that is its standard input and writes frames.

It starts with no secrets in its environment, opens nothing but that file, and dies with its parent."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from shared.payloads.frames import Frame, Refused, Request, pack
from shared.payloads.limits import MEMORY_BYTES
from shared.readers import UnreadablePayload

PATH = "/dev/fd/0"
"""The file, which has no name, as parsers can open it."""
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG

Read = Callable[[str, Request], Iterator[Frame]]


def run(read: Read, argument: str, cpu_seconds: int, exhausted: Refused) -> None:
    """Write the frames that `read` makes of the file; `exhausted` says in its words that the memory was not enough."""
    _confine(cpu_seconds)
    request = msgspec.json.decode(argument, type=Request)
    with contextlib.suppress(BrokenPipeError):  # nobody wants the rest
        try:
            for frame in read(PATH, request):
                _write(frame)
        except UnreadablePayload as refusal:
            _write(Refused(refusal.code, refusal.message))
        except MemoryError:
            _write(exhausted)
    os._exit(0)  # the parsers' own endings have nothing to add, and crash now and then


def _write(frame: Frame) -> None:
    rest = memoryview(pack(frame))
    while rest:
        rest = rest[os.write(1, rest) :]


def _confine(cpu_seconds: int) -> None:
    _die_with_parent()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    with contextlib.suppress(OSError):
        # Where a container has less memory than that, the kernel takes this process and not the service.
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _limit(kind: int, most: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # not every system has each of them
        resource.setrlimit(kind, (most, most))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() == 1:  # it died before that
            os._exit(0)
