"""This dialect as the gateway takes it in: the table of its resources, its paths, its voice."""

from fastapi import APIRouter

from services.gateway.context import Gateway
from services.gateway.dialects.constant_contact import activities, changes
from services.gateway.dialects.constant_contact.errors import voice
from services.gateway.dialects.dialect import Dialect

RESOURCES = (activities, changes)


def dialect() -> Dialect:
    """Constant Contact's v3 API."""
    return Dialect("constant_contact", ("/v3/",), _routes, voice)


def _routes(gateway: Gateway) -> list[APIRouter]:
    return [resource.routes(gateway) for resource in RESOURCES]
