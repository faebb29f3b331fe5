"""The table of exchanges and queues."""

import pytest

from shared.contract.codec import MESSAGES
from shared.contract.messages import Command
from shared.contract.topology import (
    COMMANDS,
    DELIVERY_LIMIT,
    EVENTS,
    RETRY_DELAYS_SECONDS,
    TOPOLOGY,
    Queue,
    dead_queue,
    retry_queue,
)
from shared.delivery.outcome import OUTAGE_DELAY_SECONDS, REDELIVERIES
from shared.platform.broker.memory import matches
from tests.unit.contract.examples import EXAMPLES

QUEUES = {queue.name: queue for queue in TOPOLOGY.queues}
WORKING = [queue for queue in TOPOLOGY.queues if queue.bindings]
every_queue = pytest.mark.parametrize("queue", WORKING, ids=lambda queue: queue.name)


@every_queue
def test_every_working_queue_has_a_dead_queue_that_keeps_for_ever(queue: Queue) -> None:
    dead = QUEUES[dead_queue(queue.name)]
    assert queue.dead_letter_to == dead.name
    assert (dead.bindings, dead.ttl_seconds, dead.dead_letter_to) == ((), None, None)


@every_queue
def test_every_working_queue_has_a_full_ladder_that_leads_back_to_it(queue: Queue) -> None:
    for delay in RETRY_DELAYS_SECONDS:
        step = QUEUES[retry_queue(queue.name, delay)]
        assert (step.ttl_seconds, step.dead_letter_to, step.bindings) == (delay, queue.name, ())


@every_queue
def test_the_broker_gives_up_later_than_we_do(queue: Queue) -> None:
    assert queue.delivery_limit == DELIVERY_LIMIT > REDELIVERIES


def test_the_ladder_rises_and_has_a_step_for_outages() -> None:
    assert sorted(set(RETRY_DELAYS_SECONDS)) == list(RETRY_DELAYS_SECONDS)
    assert OUTAGE_DELAY_SECONDS in RETRY_DELAYS_SECONDS


def test_no_two_queues_have_one_name_and_every_binding_has_its_exchange() -> None:
    assert len(QUEUES) == len(TOPOLOGY.queues)
    exchanges = {exchange.name for exchange in TOPOLOGY.exchanges}
    assert {binding.exchange for queue in TOPOLOGY.queues for binding in queue.bindings} <= exchanges == {COMMANDS, EVENTS}


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: message.TYPE)
def test_a_command_reaches_exactly_one_queue_and_an_event_at_least_the_status_service(message: Command) -> None:
    key = message.routing_key()
    reached = [q for q in WORKING if any(b.exchange == message.EXCHANGE and matches(b.key, key) for b in q.bindings)]
    assert len(reached) == 1, key


def test_there_is_a_message_for_every_binding() -> None:
    keys = [(message.EXCHANGE, message.routing_key()) for message in EXAMPLES]
    assert len(keys) == len(MESSAGES)
    for queue in WORKING:
        for binding in queue.bindings:
            assert any(exchange == binding.exchange and matches(binding.key, key) for exchange, key in keys), binding
