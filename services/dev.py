"""`make dev`: the embedded mode until Ctrl-C, with its address, its key and lines to copy."""

import asyncio
import os
from pathlib import Path

import structlog
from rich.console import Console

from services.gateway.settings import GatewaySettings
from services.home import PORT, CannotRun, Home, at_home
from shared.platform.observe import configure_logging
from shared.platform.settings import PlatformSettings

log = structlog.get_logger(__name__)


async def run_dev(folder: Path, *, announce: bool) -> None:
    """Run until Ctrl-C or SIGTERM; a second Ctrl-C does not wait for requests and chunks in hand."""
    settings = PlatformSettings(probe_port=0) if announce else PlatformSettings()
    configure_logging("WARNING" if announce else settings.log_level, "console" if announce else settings.log_format)
    until = asyncio.Event()
    try:
        async with at_home(folder, settings, _wanted_port(), until) as home:
            if announce:
                place = "the MongoDB of MUSTER_MONGO_URL" if "mongo_url" in settings.model_fields_set else f"{folder}/"
                _announce(home, place)
            else:
                log.info("embedded.ready", url=home.url, folder=str(folder))
            await home.running
        if announce:
            Console().print("Stopped. Nothing is left running; the next start takes up the same data.")
    except asyncio.CancelledError:
        raise CannotRun("Stopped at once. What was in hand is taken up again at the next start.") from None


def _announce(home: Home, place: str) -> None:
    """Lines to copy, so nothing is wrapped or coloured within them."""
    with_key = 'curl -s -H "Authorization: Bearer $KEY"'
    lines = f"""
Muster runs on {home.url}, its documents on {home.url}/docs. Data stays in {place}. Ctrl-C stops it.

  export KEY={home.key}

Import a file, follow the job, fetch the rows to mend, read a contact back:

  JOB=$({with_key} -F file=@contacts.csv '{home.url}/v1/imports?create_fields=true' | cut -d'"' -f4)
  {with_key} {home.url}/v1/jobs/$JOB
  {with_key} {home.url}/v1/jobs/$JOB/rejected.csv -o rejected.csv
  {with_key} '{home.url}/v1/contacts?email=ana@example.org'
"""
    Console().print(lines, soft_wrap=True, highlight=False, markup=False)


def _wanted_port() -> int:
    text = os.environ.get(PORT) or str(GatewaySettings().port)
    if not text.isdecimal() or int(text) > 65_535:
        raise CannotRun(f"{PORT} is {text!r}. Give the number of a port, or 0 for a free one.")
    return int(text)
