"""The host's word on whether a service can do its work."""

import pytest

from shared.host import Probes, Running, Service
from shared.web import WebApp
from tests.integration.parts import Parts

pytestmark = pytest.mark.mongo


async def test_a_service_is_ready_only_once_its_port_is_open(parts: Parts) -> None:
    running = Running(Service("gateway", web=WebApp(Probes(()), "127.0.0.1", 0)), parts.platform)
    await running.prepare()
    assert not await running.is_ready()
    served = await running.serve()
    assert served is not None
    server, task = served
    try:
        assert await running.is_ready()
    finally:
        server.should_exit = True
        await task
        await running.stop()
    assert not await running.is_ready()
