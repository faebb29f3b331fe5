"""What is recorded, as a table: each case is a request, and what was done before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Key = Literal["full", "reader", "unknown", "none"]
"""Whose key a request shows: one for everything, one that may only read, one that nobody has made, or none."""


NOBODY = "{nobody}"
"""An id that nothing has."""


@dataclass(frozen=True)
class Ask:
    """A request. `{news}` and its like in it are names of the world in which the case is played; see the stage of its dialect."""

    line: str
    """Method and path."""
    json: Any = None
    form: Mapping[str, Any] | None = None
    """A multipart form: texts, and files as (name, content)."""
    fields: Mapping[str, str] | None = None
    """A form that is no multipart. Its names may be nested: `0[email]`."""
    raw: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    key: Key = "full"

    @property
    def method(self) -> str:
        """GET, POST, PUT, PATCH or DELETE."""
        return self.line.partition(" ")[0]

    @property
    def path(self) -> str:
        """With its query."""
        return self.line.partition(" ")[2]

    @property
    def body(self) -> Any:
        """As it is recorded."""
        return next((each for each in (self.json, self.form, self.fields, self.raw) if each is not None), None)


@dataclass(frozen=True)
class Case:
    """One pair. The first part of the name is the resource, and the folder of the file."""

    name: str
    ask: Ask
    status: int
    before: tuple[Ask, ...] = ()
    """What is asked first, in this order. Its answers give names, and the end of what it started is awaited."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Limits of the account, set before anything is asked."""
    waits: bool = True
    """False where what came before must not be at its end."""


def case(
    name: str, line: str, status: int, *before: Ask, limits: Mapping[str, float] | None = None, waits: bool = True, **ask: Any
) -> Case:
    """A case in one line. What is left over describes its request."""
    return Case(name, Ask(line, **ask), status, before, limits or {}, waits)
