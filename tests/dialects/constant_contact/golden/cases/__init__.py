"""Every case, by resource."""

from tests.dialects.constant_contact.golden.cases import (
    activities,
    bulk_changes,
    contacts,
    custom_fields,
    exports,
    imports,
    lists,
    refusals,
    tags,
    tokens,
)

CASES = (
    *activities.CASES,
    *bulk_changes.CASES,
    *contacts.CASES,
    *custom_fields.CASES,
    *exports.CASES,
    *imports.CASES,
    *lists.CASES,
    *refusals.CASES,
    *tags.CASES,
    *tokens.CASES,
)
