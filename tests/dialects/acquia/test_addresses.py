"""Addresses at which there is nothing: this API answers for all that begins as its own does, and for nothing else."""

import pytest

from tests.dialects.acquia.vendor import Vendor, error

pytestmark = pytest.mark.mongo


@pytest.mark.parametrize("path", ["/api", "/api/", "/api//", "/api/nothing", "/oauth/v2", "/oauth/v2/", "/oauth/v2/nothing"])
async def test_nothing_is_answered_in_the_vendors_words(vendor: Vendor, path: str) -> None:
    response = await vendor.client.get(path)
    assert error(response, 404)["message"]
    assert response.headers["Mautic-Version"]


@pytest.mark.parametrize("path", ["/", "/apis", "/oauth", "/oauth/v1/", "/v1", "/v1/", "/v1/nothing"])
async def test_other_addresses_are_answered_natively(vendor: Vendor, path: str) -> None:
    response = await vendor.client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "Mautic-Version" not in response.headers
