"""A service of its own that hears when jobs end: aio-pika, and nothing of Muster. docs/events.md says what it may rely on.

`python examples/subscriber.py --key 'job.#' --queue audit --state audit.db` prints a line for each event. With MUSTER_URL and
MUSTER_KEY set it also asks Muster, whenever it connects, for ends of jobs that the broker may have lost.
"""

import argparse
import asyncio
import contextlib
import fnmatch
import json
import os
import signal
import sqlite3
import urllib.request
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS


class Subscriber:
    """Prints a line per event. What was seen is kept where a real service keeps its own data, so that both are saved together."""

    def __init__(self, keys: list[str], state: str) -> None:
        self.keys, self.state = keys, sqlite3.connect(state, isolation_level=None)
        self.state.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, cursor TEXT)")

    def tell(self, event_id: str, key: str, data: dict[str, Any]) -> None:
        """Print the event unless it was seen before. A crash between the two lines prints it twice rather than never."""
        if not self.state.execute("SELECT 1 FROM seen WHERE id = ?", [event_id]).fetchone():
            print(f"{key} job={data['job_id']} counts={json.dumps(data.get('counts'))} id={event_id}", flush=True)
            self.state.execute("INSERT INTO seen VALUES (?, NULL)", [event_id])

    async def receive(self, message: AbstractIncomingMessage) -> None:
        """One delivery, acknowledged once it is dealt with: whatever happens before that brings it again."""
        self.tell(str(message.headers["cloudEvents:id"]), message.routing_key or "", json.loads(message.body))
        await message.ack()

    async def catch_up(self, url: str, key: str) -> None:
        """Read the ends of the account's jobs that came after the place where the last reading stopped."""
        page: dict[str, Any] = {"more": True}
        while page["more"]:
            place = self.state.execute("SELECT cursor FROM seen WHERE id = 'feed'").fetchone() or [""]
            request = urllib.request.Request(f"{url}/v1/events?after={place[0]}", headers={"Authorization": f"Bearer {key}"})  # noqa: S310
            page = json.load(await asyncio.to_thread(urllib.request.urlopen, request, timeout=30))
            for event in page["items"]:
                routing_key = ".".join([*event["type"].split(".")[1:-1], event["data"]["kind"]])
                if any(fnmatch.fnmatch(routing_key, wanted.replace("#", "*")) for wanted in self.keys):
                    self.tell(event["id"], routing_key, event["data"])
            self.state.execute("INSERT OR REPLACE INTO seen VALUES ('feed', ?)", [page["cursor"]])

    async def listen(self, url: str, queue_name: str) -> None:
        """Listen until the connection is lost. The queue is bound before catching up, so that nothing falls between the two."""
        async with await aio_pika.connect(url) as connection, connection.channel() as channel:
            await channel.set_qos(prefetch_count=20)
            queue = await channel.declare_queue(queue_name, durable=True, arguments={"x-queue-type": "quorum"})
            for key in self.keys:
                await queue.bind("muster.events", key)
            await queue.consume(self.receive)
            print(f"listening to {' '.join(self.keys)}", flush=True)
            if "MUSTER_KEY" in os.environ:
                await self.catch_up(os.environ["MUSTER_URL"], os.environ["MUSTER_KEY"])
            await channel.closed()


async def main(url: str, queue: str, keys: list[str], state: str) -> None:
    """Listen, and connect again after every loss, until SIGTERM. What is not acknowledged by then comes again."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)  # type: ignore[union-attr]
    subscriber = Subscriber(keys, state)
    while True:
        with contextlib.suppress(*CONNECTION_EXCEPTIONS, OSError):
            await subscriber.listen(url, queue)
        await asyncio.sleep(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Print a line for each event of Muster.")
    parser.add_argument("--queue", default="muster-subscriber", help="a name of your own: two services never share one")
    parser.add_argument("--key", action="append", help="routing key to bind, may be repeated; job.completed.# when absent")
    parser.add_argument("--state", default=":memory:", help="file that remembers what was seen, also over a restart")
    chosen = parser.parse_args()
    broker = os.environ.get("MUSTER_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/")
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(main(broker, chosen.queue, chosen.key or ["job.completed.#"], chosen.state))
