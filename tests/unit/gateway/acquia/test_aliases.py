"""Aliases of contact fields: an alias is what it is made of again, so that a field that is called by one keeps it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.acquia.contact_fields import BESIDE, RESERVED, alias_of, contact_fields, free_alias

VENDORS = contact_fields([], frozenset())


@given(st.text(max_size=80) | st.text("ab_ 1", min_size=45, max_size=60))
def test_an_alias_is_the_alias_of_itself(label: str) -> None:
    assert alias_of(alias_of(label)) == alias_of(label)


@given(st.text(max_size=80) | st.sampled_from(["Email", "tags", "Owner", "id", "First name", "firstname"]))
def test_a_new_alias_begins_with_a_letter_and_is_nobodys(label: str) -> None:
    alias = free_alias(label, VENDORS)
    assert re.fullmatch("[a-z][a-z0-9_]*", alias)
    assert alias not in {*VENDORS.by_alias, *BESIDE, *RESERVED}
