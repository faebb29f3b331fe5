"""What comes from outside: pinned with hashes, complete for every platform, and without a word about where it comes from."""

import re
import tomllib

from tests.house.project import ROOT, complain, project_files

PLACE_OF_DOWNLOAD = re.compile(r"index[-]url|find[-]links|\"resolved[\"]: *\"http|-{2}index\b|registry *= *[h]ttp", re.IGNORECASE)
"""Written so that it does not find itself: no file is exempt."""
REQUIREMENTS = ROOT / "requirements"


def test_no_file_says_where_packages_are_downloaded_from() -> None:
    offenders = []
    for path in project_files():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if PLACE_OF_DOWNLOAD.search(line):
                offenders.append(f"{path.relative_to(ROOT)}:{number}")
    complain("Where packages come from is the user's setting, not the project's.", offenders)


def test_every_pin_is_exact_and_has_a_hash() -> None:
    offenders = []
    for path in sorted(REQUIREMENTS.glob("*.txt")):
        pins = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
        offenders += [f"{path.name}: {pin.splitlines()[0]}" for pin in pins if not re.match(r"[\w.\[\]-]+==\S+", pin)]
        offenders += [f"{path.name}: {pin.splitlines()[0]}" for pin in pins if "--hash=sha256:" not in pin]
    complain("Requirements are exact and hashed; run `make pins`.", offenders)


def test_everything_asked_for_is_pinned_for_every_platform() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {"runtime": project["dependencies"]}
    for path in sorted(REQUIREMENTS.glob("*.in")):
        lines = path.read_text(encoding="utf-8").splitlines()
        asked[path.stem] = [line for line in lines if re.match(r"\w", line)]
    offenders = []
    for name, wanted in asked.items():
        pinned = {plain(line) for line in (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line}
        offenders += [f"{name}.txt: {line}" for line in wanted if plain(line) not in pinned]
    complain("The pins are not what pyproject.toml and requirements/*.in ask for; run `make pins`.", offenders)


def test_the_same_package_has_the_same_pin_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in sorted(REQUIREMENTS.glob("*.txt")):
        for found in re.finditer(r"^([\w.\[\]-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            pins.setdefault(plain(found[1]), set()).add(found[2])
    complain("The pins contradict each other; run `make pins`.", [f"{name}: {sorted(v)}" for name, v in pins.items() if len(v) > 1])


def plain(requirement: str) -> str:
    """The bare name of a requirement, as package indexes compare it."""
    found = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""
