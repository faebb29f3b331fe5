"""How the C library deals out memory to threads: from few arenas, for what one of them has freed no other can use.

The drivers work in threads. With an arena for each, a process that plans a million rows keeps twice what it needs.
"""

import ctypes

MOST_ARENAS = 2
_M_ARENA_MAX = -8
"""From glibc's <malloc.h>."""


def limit_arenas() -> None:
    """Let threads share MOST_ARENAS arenas from here on. Does nothing where the C library is not glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, MOST_ARENAS)
