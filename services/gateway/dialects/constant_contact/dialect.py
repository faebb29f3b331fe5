"""This dialect as the gateway takes it in: the table of its resources, its paths, its voice."""

from fastapi import APIRouter

from services.gateway.context import Gateway
from services.gateway.dialects.constant_contact import (
    activities,
    changes,
    contact_counts,
    contacts,
    custom_fields,
    exports,
    imports,
    lists,
    sign_up,
    tags,
    tokens,
)
from services.gateway.dialects.constant_contact.errors import voice
from services.gateway.dialects.dialect import Dialect

RESOURCES = (activities, changes, exports, imports, lists, tags, custom_fields, tokens, sign_up, contact_counts, contacts)


def dialect() -> Dialect:
    """Constant Contact's v3 API."""
    is_upload = imports.PATHS.__contains__
    return Dialect("constant_contact", ("/v3/", tokens.PREFIX), _routes, voice, is_upload=is_upload, open_paths=tokens.PATHS)


def _routes(gateway: Gateway) -> list[APIRouter]:
    return [resource.routes(gateway) for resource in RESOURCES]
