"""The desk of single contacts that the native API uses too: every contact that either API writes goes over it."""

from services.gateway.contacts import ContactDesk
from services.gateway.context import Gateway


def desk_of(gateway: Gateway) -> ContactDesk:
    """The desk."""
    return ContactDesk(gateway.mongo, gateway.clock, gateway.reservations, gateway.erasures, gateway.limits.most_contacts)
