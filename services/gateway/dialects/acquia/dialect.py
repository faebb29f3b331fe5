"""This API as the gateway takes it in: the table of its resources, its paths, its voice."""

from collections.abc import Callable

from fastapi import APIRouter

from services.gateway.context import Gateway
from services.gateway.dialects.acquia import (
    batches,
    beside,
    bulk,
    contact_list,
    contacts,
    dnc,
    fields,
    jobs,
    points,
    segment_contacts,
    segments,
    tags,
    tokens,
)
from services.gateway.dialects.acquia.errors import HEADERS, voice
from services.gateway.dialects.dialect import Dialect

RESOURCES: tuple[Callable[[Gateway], APIRouter], ...] = (
    tokens.routes,
    bulk.routes,
    jobs.routes,
    batches.routes,
    beside.routes,
    fields.routes,
    dnc.routes,
    points.routes,
    segments.routes,
    segment_contacts.routes,
    tags.routes,
    contact_list.routes,
    contacts.routes,
)
"""In this order: of two routes that fit a path the first answers."""
UPLOADS = bulk.PATHS | batches.PATHS


def dialect() -> Dialect:
    """Acquia Campaign Studio and Mautic."""
    return Dialect(
        "acquia",
        ("/api/", tokens.PREFIX),
        lambda gateway: [routes(gateway) for routes in RESOURCES],
        voice,
        is_upload=lambda path: path in UPLOADS,
        open_paths=tokens.PATHS,
        headers=HEADERS,
    )
