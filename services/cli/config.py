"""Where the server is and which key to show: an option beats the environment, that beats the file, that beats the default."""

import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from services.cli.exits import ExitCode, Failure, misused
from services.cli.terminal import Surroundings

DEFAULT_URL = "http://127.0.0.1:8000"
DEFAULT_PROFILE = "default"
DEV_KEY_FILE = Path(".muster", "key")
Setting = Literal["url", "key"]
Profiles = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Asked:
    """What the options of a command line say about the connection."""

    url: str | None = None
    key: str | None = None
    profile: str | None = None
    as_json: bool = False

    def over(self, outer: "Asked") -> "Asked":
        """These, and the options in front of the command where these say nothing."""
        return Asked(self.url or outer.url, self.key or outer.key, self.profile or outer.profile, self.as_json or outer.as_json)


@dataclass(frozen=True)
class Found:
    """A setting, and where it was found."""

    value: str
    origin: str


@dataclass(frozen=True)
class Target:
    """The server and the key. There may be no key."""

    url: Found
    key: Found | None


def resolve(asked: Asked, around: Surroundings) -> Target:
    """The settings of this call. Raises Failure for a profile that is not there, or an address that is none."""
    kept = _profile(asked, around)
    url = _first(asked.url, "url", kept, around) or Found(DEFAULT_URL, "default")
    key = _first(asked.key, "key", kept, around)
    dev_key = around.folder / DEV_KEY_FILE
    if key is None and url.value.rstrip("/") == DEFAULT_URL and dev_key.is_file():
        key = Found(dev_key.read_text(encoding="utf-8").strip(), str(DEV_KEY_FILE))
    parts = urlsplit(url.value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise misused(f"{url.value!r} ({url.origin}) is no address of a server. It looks like {DEFAULT_URL}.")
    if key is not None and not (key.value.isascii() and key.value.isprintable()):
        raise misused(f"The key ({key.origin}) has characters that no key has. Check that it was copied whole, without quotes.")
    return Target(Found(url.value.rstrip("/"), url.origin), key)


def needed_key(target: Target) -> str:
    """The key. Raises Failure that says how to give one."""
    if target.key is None:
        detail = "There is no key. Give --key, or set MUSTER_KEY, or run: muster config set key"
        raise Failure(ExitCode.NOT_ALLOWED, "key_missing", detail)
    return target.key.value


def profile_name(asked: Asked, around: Surroundings) -> str:
    """The profile that this call is about. Raises Failure for a name that is none."""
    name = asked.profile or around.environ.get("MUSTER_PROFILE") or DEFAULT_PROFILE
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise misused(f"{name!r} is no name of a profile. Use letters, digits, - and _.")
    return name


def read_profiles(path: Path) -> Profiles:
    """Every profile of the file; none where there is no file. Raises Failure for a file that is not ours."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise misused(f"{path} cannot be read: {error}") from error
    known = {"url", "key"}
    for name, section in document.items():
        if not isinstance(section, dict) or set(section) - known or not all(isinstance(v, str) for v in section.values()):
            raise misused(f'{path}: [{name}] may have url = "..." and key = "...", and nothing else.')
    return document


def write_setting(path: Path, profile: str, setting: Setting, value: str) -> None:
    """Keep the setting. The file is replaced whole and is its owner's alone, since it holds keys."""
    profiles = read_profiles(path)
    profiles.setdefault(profile, {})[setting] = value
    text = "\n".join(
        f"[{name}]\n" + "".join(f"{each} = {json.dumps(v)}\n" for each, v in kept.items()) for name, kept in profiles.items()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def _profile(asked: Asked, around: Surroundings) -> tuple[str, dict[str, str]]:
    name = profile_name(asked, around)
    profiles = read_profiles(around.config_file)
    if name not in profiles and name != DEFAULT_PROFILE:
        known = ", ".join(sorted(profiles)) or "none yet"
        raise misused(f"There is no profile {name!r} in {around.config_file} (it has: {known}).")
    return f"{around.config_file} [{name}]", profiles.get(name, {})


def _first(option: str | None, setting: Setting, kept: tuple[str, dict[str, str]], around: Surroundings) -> Found | None:
    variable = f"MUSTER_{setting.upper()}"
    places = ((option, f"--{setting}"), (around.environ.get(variable), variable), (kept[1].get(setting), kept[0]))
    return next((Found(value.strip(), origin) for value, origin in places if value and value.strip()), None)
