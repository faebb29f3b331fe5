"""The recorded pairs of one dialect: its cases, where each is played, and the files of the pairs."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.dialects.golden.case import Case
from tests.dialects.golden.stage import Stage, exchange
from tests.support.system import System


@dataclass(frozen=True)
class Pairs:
    """One file for each case, in a folder for each resource."""

    folder: Path
    cases: tuple[Case, ...]
    stage: Callable[[System], Stage]

    async def play(self, tenant: System, case: Case) -> dict[str, Any]:
        """The pair of this case, as it is on a new account."""
        return await exchange(self.stage(tenant), case)

    def path(self, name: str) -> Path:
        """Where the pair of this case stands."""
        return self.folder / f"{name}.json"

    def recorded(self) -> set[str]:
        """The names of all pairs that there are."""
        return {path.relative_to(self.folder).with_suffix("").as_posix() for path in self.folder.glob("*/*.json")}


def text_of(pair: dict[str, Any]) -> str:
    """The pair as it is written. The order of members is part of it: clients rely on what comes first."""
    return json.dumps(pair, indent=2, ensure_ascii=False) + "\n"
