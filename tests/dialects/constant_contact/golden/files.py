"""The files of the recorded pairs, one for each case, in a folder for each resource."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def path_of(name: str) -> Path:
    """Where the pair of this case stands."""
    return HERE / f"{name}.json"


def text_of(pair: dict[str, Any]) -> str:
    """The pair as it is written. The order of members is part of it: clients rely on what comes first."""
    return json.dumps(pair, indent=2, ensure_ascii=False) + "\n"


def recorded() -> set[str]:
    """The names of all pairs that there are."""
    return {path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.glob("*/*.json")}
