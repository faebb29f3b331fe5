"""The vendor's APIs as a client of them sees them."""

import pytest

from tests.dialects.dotdigital.vendor import Vendor
from tests.support.system import System


@pytest.fixture
def vendor(tenant: System) -> Vendor:
    """A client of the vendor's APIs with an account of its own."""
    return Vendor(tenant)
