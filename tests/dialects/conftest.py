"""One running Muster for the tests of every dialect, and an account of its own for each test: as the end-to-end tests have them."""

from tests.e2e.conftest import shared_app, shared_muster, tenant

__all__ = ["shared_app", "shared_muster", "tenant"]
