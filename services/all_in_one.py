"""Every service on one platform: how a process is put together, alone or as the embedded mode.

The embedded mode has the in-process broker and a private `mongod`. It is durable too: the database is the truth,
and the rescuer sends again what the broker forgot.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from services.exporter import app as exporter
from services.gateway import app as gateway
from services.importer import app as importer
from services.lists import app as lists
from services.status import app as status
from shared.contract.topology import TOPOLOGY
from shared.delivery.outbox import Outbox
from shared.host import Platform, Service, run
from shared.platform.broker.memory import MemoryBroker
from shared.platform.broker.port import Broker
from shared.platform.broker.rabbit import RabbitBroker
from shared.platform.clock import Clock, SystemClock
from shared.platform.local_mongod import LocalMongod
from shared.platform.mongo import Mongo
from shared.platform.observe import configure_logging
from shared.platform.settings import PlatformSettings

BUILDERS: dict[str, Callable[[Platform], Service]] = {
    "gateway": gateway.build,
    "importer": importer.build,
    "exporter": exporter.build,
    "lists": lists.build,
    "status": status.build,
}
EMBEDDED_MONGOD_GIGABYTES = 0.25


def make_platform(settings: PlatformSettings, name: str, *, in_process: bool, clock: Clock | None = None) -> Platform:
    """The world outside for one process called `name`. Nothing is connected yet."""
    clock = clock or SystemClock()
    mongo = Mongo(settings, clock)
    broker: Broker
    if in_process:
        broker = MemoryBroker(TOPOLOGY, clock.sleep)
    else:
        broker = RabbitBroker(settings.amqp_url.get_secret_value(), TOPOLOGY, name=f"muster-{name}", new_id=clock.new_id)
    return Platform(settings, clock, mongo, broker, Outbox(mongo, broker, clock, name))


async def run_services(names: Sequence[str], settings: PlatformSettings, until: asyncio.Event | None = None) -> None:
    """Run these services in this process, on RabbitMQ, until a signal comes."""
    configure_logging(settings.log_level, settings.log_format)
    platform = make_platform(settings, names[0] if len(names) == 1 else "all", in_process=False)
    await run([BUILDERS[name](platform) for name in names], platform, until=until)


@asynccontextmanager
async def embedded_mongod(folder: Path, settings: PlatformSettings) -> AsyncIterator[PlatformSettings]:
    """The settings with the URL of a private `mongod`; of the one that MUSTER_MONGO_URL names, where it is set."""
    if "mongo_url" in settings.model_fields_set:
        yield settings
        return
    mongod = LocalMongod(folder / "mongo", cache_gigabytes=EMBEDDED_MONGOD_GIGABYTES)
    url = await mongod.start()
    try:
        yield settings.model_copy(update={"mongo_url": type(settings.mongo_url)(url)})
    finally:
        await mongod.stop()


async def run_embedded(platform: Platform, until: asyncio.Event) -> None:
    """Run every service in this process, without RabbitMQ, until told to stop."""
    await run([build(platform) for build in BUILDERS.values()], platform, until=until)
