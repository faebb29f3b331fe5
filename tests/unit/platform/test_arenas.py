"""Threads share the memory that one of them has freed."""

import subprocess
import sys
from pathlib import Path

import pytest

COUNT = """
import ctypes, sys, threading
from pathlib import Path
from shared.platform.arenas import limit_arenas

if sys.argv[1] == "limited":
    limit_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
together = threading.Barrier(8)

def take():
    together.wait()
    libc.malloc(1000)
    together.wait()

threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = libc.fopen(sys.argv[2].encode(), b"w")
libc.malloc_info(0, ctypes.c_void_p(file))
libc.fclose(ctypes.c_void_p(file))
print(Path(sys.argv[2]).read_text().count("<heap nr="))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="arenas are glibc's")
def test_threads_share_two_arenas(tmp_path: Path) -> None:
    def arenas(how: str) -> int:
        command = [sys.executable, "-c", COUNT, how, str(tmp_path / how)]
        return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    assert arenas("limited") <= 2 < arenas("free")
