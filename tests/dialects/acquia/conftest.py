"""The vendor's API as a client of it sees it."""

import pytest

from tests.dialects.acquia.vendor import Vendor
from tests.support.system import System


@pytest.fixture
def vendor(tenant: System) -> Vendor:
    """A client of the vendor's API with an account of its own."""
    return Vendor(tenant)
