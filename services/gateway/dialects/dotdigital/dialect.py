"""These two APIs as the gateway takes them in: the tables of their resources, their paths, their voices."""

from collections.abc import Callable

from fastapi import APIRouter

from services.gateway.context import Gateway
from services.gateway.dialects.dialect import Dialect
from services.gateway.dialects.dotdigital.rate_headers import rate_headers
from services.gateway.dialects.dotdigital.v2 import (
    account,
    address_books,
    book_contacts,
    collection_imports,
    contact_lists,
    contacts,
    data_fields,
    file_imports,
    import_status,
    removals,
    suppressions,
)
from services.gateway.dialects.dotdigital.v2 import errors as v2_errors
from services.gateway.dialects.dotdigital.v3 import collection as v3_collection
from services.gateway.dialects.dotdigital.v3 import contacts as v3_contacts
from services.gateway.dialects.dotdigital.v3 import deletions as v3_deletions
from services.gateway.dialects.dotdigital.v3 import errors as v3_errors
from services.gateway.dialects.dotdigital.v3 import import_results
from services.gateway.dialects.dotdigital.v3 import imports as v3_imports

V2_RESOURCES: tuple[Callable[[Gateway], APIRouter], ...] = (
    file_imports.routes,
    collection_imports.routes,
    import_status.routes,
    contact_lists.routes,
    suppressions.routes,
    contacts.routes,
    address_books.routes,
    removals.routes,
    book_contacts.routes,
    data_fields.routes,
    account.routes,
)
"""In this order: of two routes that fit a path the first answers."""
V3_RESOURCES: tuple[Callable[[Gateway], APIRouter], ...] = (
    v3_imports.routes,
    import_results.routes,
    v3_deletions.routes,
    v3_collection.routes,
    v3_contacts.routes,
)


def v2() -> Dialect:
    """Dotdigital's v2 API."""
    return Dialect(
        "dotdigital_v2",
        ("/v2/",),
        _routes(V2_RESOURCES),
        v2_errors.voice,
        is_upload=lambda path: file_imports.is_upload(path) or path == collection_imports.PATH,
        rate_headers=rate_headers,
    )


def v3() -> Dialect:
    """Dotdigital's v3 contact service."""
    return Dialect(
        "dotdigital_v3",
        ("/contacts/v3",),
        _routes(V3_RESOURCES),
        v3_errors.voice,
        is_upload=lambda path: v3_imports.is_upload(path) or v3_deletions.is_upload(path),
        rate_headers=rate_headers,
    )


def _routes(resources: tuple[Callable[[Gateway], APIRouter], ...]) -> Callable[[Gateway], list[APIRouter]]:
    return lambda gateway: [routes(gateway) for routes in resources]
