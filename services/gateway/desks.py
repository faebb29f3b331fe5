"""The desks of contacts, made of what the gateway has: every contact that any API writes goes over one of them."""

from services.gateway.batches import BatchDesk
from services.gateway.contacts import ContactDesk
from services.gateway.context import Gateway


def contact_desk(gateway: Gateway) -> ContactDesk:
    """For one contact."""
    return ContactDesk(gateway.mongo, gateway.clock, gateway.reservations, gateway.erasures, gateway.limits.most_contacts)


def batch_desk(gateway: Gateway) -> BatchDesk:
    """For several contacts in one request."""
    return BatchDesk(gateway.mongo, gateway.clock, gateway.reservations, gateway.limits.most_contacts)
