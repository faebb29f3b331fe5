"""Every case, by resource."""

from tests.dialects.acquia.golden.cases import (
    batch_faults,
    batches,
    beside,
    bulk,
    contact_faults,
    contact_lists,
    contacts,
    dnc,
    fields,
    jobs,
    refusals,
    segments,
    tags,
    tokens,
)

CASES = (
    *batch_faults.CASES,
    *batches.CASES,
    *beside.CASES,
    *bulk.CASES,
    *contact_faults.CASES,
    *contact_lists.CASES,
    *contacts.CASES,
    *dnc.CASES,
    *fields.CASES,
    *jobs.CASES,
    *refusals.CASES,
    *segments.CASES,
    *tags.CASES,
    *tokens.CASES,
)
