"""The trial deployment: docker-compose.yml names the five services, and each runs confined and is watched."""

import re

import pytest

from tests.house.project import ROOT, SERVICES

COMPOSE = ROOT / "docker-compose.yml"
PROMISES = (
    "read_only: true",
    "healthcheck:",
    "cap_drop: [ALL]",
    "restart: unless-stopped",
    "stop_grace_period: 30s",
    "mem_limit: 250m",
)


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_runs_from_the_one_image_and_is_confined_and_watched(service: str) -> None:
    lines = lines_of(service)
    assert f'command: ["run", "{service}"]' in lines
    assert [line for line in lines if line.startswith("image:")] == ["image: muster:local"]
    assert [promise for promise in PROMISES if promise not in lines] == []


def test_compose_holds_the_five_services_with_the_broker_and_the_database() -> None:
    assert set(blocks_under("services")) == {"rabbitmq", "mongo", *SERVICES}


@pytest.mark.parametrize("server", ["rabbitmq", "mongo"])
def test_the_servers_are_watched_and_keep_their_data_in_volumes(server: str) -> None:
    lines = lines_of(server)
    assert "healthcheck:" in lines
    assert "volumes:" in lines


def test_only_the_gateway_can_be_reached_from_other_machines() -> None:
    published = [line for line in COMPOSE.read_text(encoding="utf-8").splitlines() if re.match(r' +- ".*:\d+"', line)]
    outside = [line.strip() for line in published if '"127.0.0.1:' not in line]
    assert outside == ['- "${MUSTER_PORT:-8000}:8000"']


def test_the_image_does_not_run_as_root_and_installs_by_hash() -> None:
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER 10001", text, re.MULTILINE)
    assert "--require-hashes -r requirements/runtime.txt" in text
    assert "embedded" not in text


def lines_of(service: str) -> set[str]:
    """The settings of a service, with those of the block that it merges in (`<<: *name`)."""
    lines = blocks_under("services")[service]
    merged = {name for line in lines for name in re.findall(r"^<<: \*(\w+)", line)}
    return lines.union(*(block for name in merged for block in blocks_under(f"x-{name}", name).values()))


def blocks_under(key: str, anchor: str = "") -> dict[str, set[str]]:
    """The blocks one level below a top-level key, each as its own stripped lines."""
    text = COMPOSE.read_text(encoding="utf-8")
    heading = rf"^{key}:{f' &{anchor}' if anchor else ''}\n((?:(?:  .*)?\n)+)"
    found = re.search(heading, text, re.MULTILINE)
    assert found, f"{COMPOSE.name} has no {key}"
    parts = re.split(r"^  (?=\S)", found[1], flags=re.MULTILINE)[1:]
    return {part.split(":")[0]: {line.split(" #")[0].strip() for line in part.splitlines()} for part in parts}
