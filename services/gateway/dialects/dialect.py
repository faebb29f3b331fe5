"""What the gateway needs to know of a dialect. Each has a module `dialect` with a function `dialect` that makes one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter

from services.gateway.buckets import Spelling
from services.gateway.context import Gateway
from services.gateway.problems import Voice


def _never(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Dialect:
    """One vendor's API at this gateway."""

    name: str
    prefixes: tuple[str, ...]
    """Beginnings of the paths that are its own: what goes wrong there is said in its words."""
    routes: Callable[[Gateway], list[APIRouter]]
    voice: Voice
    is_upload: Callable[[str], bool] = _never
    """True of paths that limit their bodies themselves. Of none, unless a dialect says so."""
    open_paths: frozenset[str] = field(default_factory=frozenset)
    """Paths that ask for no key, because they give one."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What stands on every answer under its prefixes, errors included."""
    rate_headers: Spelling | None = None
    """The headers in which it says how many requests an account has left; None for the native ones."""
