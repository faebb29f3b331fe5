"""Running a service: start, probes, consumers, periodic duties, signals, drain. The same for every one of them.

A service is data: its queue, its table from message to method, its duties and, for the gateway, its web application.
"""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.contract.messages import Message
from shared.delivery.consumer import Consumer, GiveUpHandle, Handle
from shared.delivery.outbox import Outbox
from shared.platform.arenas import limit_arenas
from shared.platform.broker.port import Broker, Subscription
from shared.platform.clock import Clock
from shared.platform.mongo import Mongo
from shared.platform.observe import DUTY_FAILURES, LOOP_LAG
from shared.platform.settings import PlatformSettings
from shared.web import WebApp, WebServer, port_of, serve

log = structlog.get_logger(__name__)

LAG_SECONDS = 1.0
COLLECT_AFTER_OBJECTS = 50_000


class Store(Protocol):
    """Anything with indexes to create."""

    async def prepare(self) -> None:
        """Create what must exist before the first request."""


@dataclass(frozen=True, slots=True)
class Platform:
    """The world outside, opened once a process."""

    settings: PlatformSettings
    clock: Clock
    mongo: Mongo
    broker: Broker
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class Duty:
    """Something done again and again. A run that fails is logged and counted, and the next one comes all the same."""

    name: str
    every_seconds: float
    run: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Service:
    """One service as data."""

    name: str
    stores: Sequence[Store] = ()
    queue: str | None = None
    handlers: Mapping[type[Message], Handle] = field(default_factory=dict)
    give_up: Mapping[type[Message], GiveUpHandle] = field(default_factory=dict)
    prefetch: int = 1
    duties: Sequence[Duty] = ()
    web: WebApp | None = None
    settling: Sequence[Callable[[], Awaitable[object]]] = ()
    """What has to finish before the platform closes."""


class Running:
    """A started service. Made by `start`; `stop` is safe to call once."""

    def __init__(self, service: Service, platform: Platform) -> None:
        self._service = service
        self._platform = platform
        self._subscription: Subscription | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_open = False
        self.stopping = False

    async def start(self) -> None:
        """Create the indexes, do the duties, and consume as soon as the broker is there."""
        await self.prepare()
        await self.consume()

    async def prepare(self) -> None:
        """Create the indexes and begin the duties: all that can be done while the broker is away."""
        for store in (*self._service.stores, self._platform.outbox):
            await store.prepare()
        sweep = Duty("outbox.sweep", self._platform.settings.relay_sweep_seconds, self._platform.outbox.sweep)
        for duty in (*self._service.duties, sweep):
            self._tasks.append(asyncio.create_task(self._repeat(duty), name=duty.name))

    async def serve(self) -> tuple[WebServer, asyncio.Task[None]] | None:
        """Listen, where the service has a web application; from here on it may say that it is ready."""
        served = await serve(self._service.web) if self._service.web is not None else None
        self._is_open = True
        return served

    async def consume(self) -> None:
        """Subscribe to the service's queue, if it has one."""
        service, platform = self._service, self._platform
        if service.queue is not None:
            consumer = Consumer(platform.broker, platform.clock, service.queue, service.handlers, service.give_up)
            self._subscription = await platform.broker.consume(service.queue, service.prefetch, consumer.receive)
        log.info("service.started", service=service.name)

    async def stop(self) -> None:
        """Take nothing new, let the work in hand finish within the grace period, give the rest back."""
        self.stopping = True
        if self._subscription is not None:
            await self._subscription.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._subscription is not None:
            drained = await self._subscription.drain(self._platform.settings.drain_seconds)
            log.info("service.drained", service=self._service.name, complete=drained)
        for settle in self._service.settling:
            await settle()

    async def is_ready(self) -> bool:
        """True when the service can do its work now. It listens and has the database; with a queue it has the broker as well."""
        if self.stopping or not self._is_open or not await self._platform.mongo.is_ready():
            return False
        return self._service.queue is None or self._platform.broker.is_ready()

    async def _repeat(self, duty: Duty) -> None:
        clock = self._platform.clock
        while True:
            await clock.sleep(duty.every_seconds + clock.jitter(duty.every_seconds / 10))
            try:
                await duty.run()
            except Exception as error:
                DUTY_FAILURES.labels(duty.name).inc()
                log.warning("duty.failed", duty=duty.name, error=f"{type(error).__name__}: {error}"[:300])


class Probes:
    """ASGI application with `/livez`, `/readyz` and `/metrics`. Liveness is the event loop; readiness asks the dependencies."""

    def __init__(self, running: Sequence[Running]) -> None:
        self._running = running

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """Answer a probe."""
        if scope["type"] != "http":
            return
        status, kind, body = await self._answer(scope["path"])
        headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, path: str) -> tuple[int, str, bytes]:
        if path == "/livez":
            return 200, "text/plain", b"alive\n"
        if path == "/readyz":
            ready = all([await running.is_ready() for running in self._running])
            return (200, "text/plain", b"ready\n") if ready else (503, "text/plain", b"not ready\n")
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        return 404, "text/plain", b"not found\n"


async def run(services: Sequence[Service], platform: Platform, *, until: asyncio.Event | None = None) -> None:
    """Run services in this process until SIGTERM, SIGINT or `until`; then stop them in order and close the platform.

    Requests are served from the moment the database answers: the broker may come later, and go, without refusing a job.
    """
    limit_arenas()
    stop = until or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await platform.mongo.check()
    running = [Running(service, platform) for service in services]
    servers: list[tuple[WebServer, asyncio.Task[None]]] = []
    tasks: list[asyncio.Task[None]] = []
    try:
        servers.append(await _serve_probes(Probes(running), platform.settings))
        await asyncio.gather(*(started.prepare() for started in running))
        for started in running:
            if (served := await started.serve()) is not None:
                servers.insert(0, served)
        tasks = [asyncio.create_task(_measure_lag(platform.clock)), asyncio.create_task(_join_broker(platform, running))]
        await _until(stop, tasks[1])
    finally:
        log.info("host.stopping")
        for task in tasks:
            task.cancel()
        await _close(servers, running, platform)


async def _serve_probes(probes: Probes, settings: PlatformSettings) -> tuple[WebServer, asyncio.Task[None]]:
    """On the port of the settings; where nobody chose one and it is taken, as by a second service of one machine, on a free one."""
    try:
        return await serve(WebApp(probes, settings.probe_host, settings.probe_port))
    except OSError:
        if "probe_port" in settings.model_fields_set:
            raise
    served = await serve(WebApp(probes, settings.probe_host, 0))
    log.warning("probes.elsewhere", wanted=settings.probe_port, port=port_of(served[0]))
    return served


async def _join_broker(platform: Platform, running: Sequence[Running]) -> None:
    await platform.broker.start()
    for service in running:
        await service.consume()
    _tune_collector()


async def _until(stop: asyncio.Event, joining: asyncio.Task[None]) -> None:
    """Return when told to stop; raise what kept the services from starting."""
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, joining], return_when=asyncio.FIRST_COMPLETED)
    if not stopped.done():
        joining.result()
    await stopped


async def _close(servers: Sequence[tuple[WebServer, asyncio.Task[None]]], running: Sequence[Running], platform: Platform) -> None:
    for server, task in servers:
        server.should_exit = True
        await asyncio.wait([task], timeout=platform.settings.drain_seconds)
    await asyncio.gather(*(service.stop() for service in running))
    await platform.outbox.settle()
    await platform.broker.close()
    await platform.mongo.close()


def _tune_collector() -> None:
    """What lives by now lives for ever; a chunk makes tens of thousands of objects and no cycles, so look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER_OBJECTS, 20, 50)


async def _measure_lag(clock: Clock) -> None:
    while True:
        before = clock.monotonic()
        await clock.sleep(LAG_SECONDS)
        LOOP_LAG.set(max(0.0, clock.monotonic() - before - LAG_SECONDS))
