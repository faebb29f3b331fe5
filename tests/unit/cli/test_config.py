"""Which server and which key: where they are looked for, in which order, and how the file is kept."""

import json
import stat
from pathlib import Path

import pytest

from services.cli.app import run
from services.cli.config import Asked, Found, read_profiles, resolve, write_setting
from services.cli.exits import Failure
from services.cli.terminal import Surroundings
from tests.support.command_line import surroundings


def around(folder: Path, **environ: str) -> Surroundings:
    return surroundings(folder, environ)


def test_an_option_beats_the_environment_that_beats_the_file_that_beats_the_default(tmp_path: Path) -> None:
    def url(asked: Asked, **environ: str) -> Found:
        return resolve(asked, around(tmp_path, **environ)).url

    assert url(Asked()) == Found("http://127.0.0.1:8000", "default")
    write_setting(around(tmp_path).config_file, "default", "url", "http://file.test/")
    assert url(Asked()).value == "http://file.test"
    assert url(Asked(), MUSTER_URL="http://environment.test") == Found("http://environment.test", "MUSTER_URL")
    assert url(Asked(url="https://option.test"), MUSTER_URL="http://environment.test") == Found("https://option.test", "--url")


def test_a_profile_has_an_address_and_a_key_of_its_own(tmp_path: Path) -> None:
    file = around(tmp_path).config_file
    write_setting(file, "default", "key", "home-key")
    write_setting(file, "staging", "url", "https://staging.test")
    write_setting(file, "staging", "key", 'a "quoted" \\ key')
    target = resolve(Asked(profile="staging"), around(tmp_path))
    assert target.key is not None
    assert (target.url.value, target.key.value) == ("https://staging.test", 'a "quoted" \\ key')
    assert resolve(Asked(), around(tmp_path, MUSTER_PROFILE="staging")) == target
    with pytest.raises(Failure, match=r"no profile 'live' .*default, staging"):
        resolve(Asked(profile="live"), around(tmp_path))


def test_the_key_of_dev_is_used_for_the_default_address_only(tmp_path: Path) -> None:
    (tmp_path / ".muster").mkdir()
    (tmp_path / ".muster" / "key").write_text("dev-key\n")
    assert resolve(Asked(), around(tmp_path)).key == Found("dev-key", ".muster/key")
    assert resolve(Asked(url="http://127.0.0.1:8000/"), around(tmp_path)).key == Found("dev-key", ".muster/key")
    assert resolve(Asked(), around(tmp_path, MUSTER_KEY="mine")).key == Found("mine", "MUSTER_KEY")
    assert resolve(Asked(url="http://elsewhere.test"), around(tmp_path)).key is None


@pytest.mark.parametrize("url", ["nope", "ftp://files.test", "http://", "127.0.0.1:8000"])
def test_an_address_that_is_none_is_refused_with_where_it_came_from(tmp_path: Path, url: str) -> None:
    with pytest.raises(Failure, match="MUSTER_URL"):
        resolve(Asked(), around(tmp_path, MUSTER_URL=url))


def test_a_key_with_a_line_break_inside_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="copied whole"):
        resolve(Asked(key="one\ntwo"), around(tmp_path))


def test_the_file_is_its_owners_alone_and_keeps_what_it_had(tmp_path: Path) -> None:
    file = around(tmp_path).config_file
    write_setting(file, "default", "url", "http://one.test")
    file.chmod(0o644)
    write_setting(file, "default", "key", "secret-key")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_profiles(file) == {"default": {"url": "http://one.test", "key": "secret-key"}}
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("text", ["url = 1", '[default]\nport = "1"', "[default]\nkey = 5", "not toml"])
def test_a_file_that_is_not_ours_is_never_written_over(tmp_path: Path, text: str) -> None:
    file = around(tmp_path).config_file
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(Failure, match=r"config\.toml"):
        write_setting(file, "default", "url", "http://one.test")
    assert file.read_text() == text


def test_settings_are_kept_and_shown_without_the_secret_of_the_key(tmp_path: Path) -> None:
    key = "mst_PublicPart12_secretsecretsecret_check1"
    for arguments, stdin in ((("set", "url", "http://kept.test"), b""), (("set", "key"), key.encode() + b"\n")):
        assert run(["config", *arguments], surroundings(tmp_path, {}, stdin)) == 0
    shown = surroundings(tmp_path, {})
    assert run(["config", "show", "--json"], shown) == 0
    text = shown.stdout.buffer.getvalue().decode()  # type: ignore[attr-defined]
    document = json.loads(text)
    assert (document["url"]["value"], document["key"]["value"]) == ("http://kept.test", "mst_PublicPart12_...")
    assert "secret" not in text


def test_an_empty_value_is_not_kept(tmp_path: Path) -> None:
    empty = surroundings(tmp_path, {}, b"\n")
    assert run(["config", "set", "key"], empty) == 2
    assert not empty.config_file.exists()
