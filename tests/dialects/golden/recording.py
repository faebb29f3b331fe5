"""The command that plays the cases of a dialect whose names begin as its arguments do, and writes the answers."""

import asyncio
import uuid

from services.gateway.app import web_app
from tests.dialects.golden.pairs import Pairs, text_of
from tests.e2e.conftest import open_tenant
from tests.support import servers
from tests.support.system import platform_for, system


async def record(pairs: Pairs, mongo_url: str, beginnings: tuple[str, ...]) -> list[str]:
    """Play and write. Returns what there is to say of it."""
    said = []
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}")) as whole:
        app = web_app(whole.gateway)
        for case in (each for each in pairs.cases if each.name.startswith(beginnings)):
            async with open_tenant(whole, app) as tenant:
                try:
                    pair = await pairs.play(tenant, case)
                except (AssertionError, TimeoutError) as error:
                    said.append(f"{case.name} could not be played: {error}")
                    continue
            if (status := pair["response"]["status"]) != case.status:
                said.append(f"{case.name} was answered {status}, not {case.status}: {pair['response'].get('body')}")
                continue
            path, text = pairs.path(case.name), text_of(pair)
            if not path.exists() or path.read_text("utf-8") != text:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, "utf-8")
                said.append(f"wrote {case.name}")
    for name in sorted(pairs.recorded() - {case.name for case in pairs.cases}):
        pairs.path(name).unlink()
        said.append(f"deleted {name}, which is no case")
    return said


def main(pairs: Pairs, arguments: list[str]) -> int:
    """The command. Returns the exit code."""
    servers.begin_run()
    try:
        said = asyncio.run(record(pairs, servers.server("mongo"), tuple(arguments) or ("",)))
    finally:
        servers.end_run()
    print("\n".join(said) or "Every pair was up to date.")
    return 1 if any(" was answered " in each or " could not " in each for each in said) else 0
