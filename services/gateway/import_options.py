"""The options of an import, checked. Names of lists become numbers here, so a wrong one is refused before the job is."""

from collections.abc import Mapping
from typing import Any

from services.gateway.context import Tenant
from services.gateway.given_options import validated
from services.gateway.names import list_numbers
from shared.contract.options import ImportOptions


async def checked(given: Mapping[str, Any], tenant: Tenant) -> ImportOptions:
    """The options, with lists as numbers. Raises Problem (422) that names the option and says what it may be."""
    options = validated(ImportOptions, given, tenant)
    return options.model_copy(update={"lists": await list_numbers(tenant, options.lists, "lists")})
