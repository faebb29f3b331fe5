"""Every case, by resource."""

from tests.dialects.dotdigital.golden.cases import (
    account,
    address_books,
    contacts,
    data_fields,
    import_results,
    imports,
    refusals,
    v3_contacts,
    v3_imports,
)

CASES = (
    *account.CASES,
    *address_books.CASES,
    *contacts.CASES,
    *data_fields.CASES,
    *import_results.CASES,
    *imports.CASES,
    *refusals.CASES,
    *v3_contacts.CASES,
    *v3_imports.CASES,
)
