"""The three ways in: contacts sent one by one, as a batch and as a bulk job, each answered in one shape."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.dialects.acquia.vendor import CONTACTS, Vendor, error

Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Sent:
    """What became of one contact."""

    status: int
    id: int | None
    error: Mapping[str, Any] | None = None

    @property
    def aliases(self) -> list[str]:
        """What is wrong with it, by alias."""
        return list(self.error["details"]) if self.error else []


async def one_by_one(vendor: Vendor, items: Items, method: str = "POST") -> list[Sent]:
    """A request for each."""
    return [_answered(await one(vendor, item, method)) for item in items]


async def in_a_batch(vendor: Vendor, items: Items, method: str = "POST") -> list[Sent]:
    """One request for all, answered at once."""
    body = (await batch(vendor, items, method)).json()
    shown, errors = by_key(body["contacts"]), by_key(body.get("errors", []))
    return [
        Sent(status, shown[place]["id"] if place in shown else None, errors.get(place))
        for place, status in by_key(body["statusCodes"]).items()
    ]


async def in_bulk(vendor: Vendor, items: Items, method: str = "POST") -> list[Sent]:
    """A job for all."""
    return [Sent(item["statusCode"], item["id"], item.get("errors")) for item in await vendor.items(list(items), method)]


WayIn = Callable[..., Awaitable[list[Sent]]]
WAYS_IN: Mapping[str, WayIn] = {"single": one_by_one, "batch": in_a_batch, "bulk": in_bulk}

in_every_way = pytest.mark.parametrize("send", WAYS_IN.values(), ids=WAYS_IN)
"""Runs a test once for each way in, which it has as `send`."""


async def one(vendor: Vendor, item: Mapping[str, Any], method: str = "POST") -> httpx.Response:
    """A single contact made, or edited by the id that it has."""
    path = "new" if method == "POST" else f"{item['id']}/edit"
    return await vendor.client.request(method, f"{CONTACTS}/{path}", json=dict(item))


async def sent(send: WayIn, vendor: Vendor, item: Mapping[str, Any], method: str = "POST") -> Sent:
    """What became of one contact alone."""
    (found,) = await send(vendor, [item], method)
    return found


async def batch(vendor: Vendor, items: Any, method: str = "POST") -> httpx.Response:
    """A batch that is accepted."""
    path = "new" if method == "POST" else "edit"
    response = await vendor.client.request(method, f"{CONTACTS}/batch/{path}", json=items)
    assert response.status_code == (201 if method == "POST" else 200), response.text
    return response


def by_key(array: Any) -> dict[int, Any]:
    """An array as PHP writes it, by its keys."""
    return dict(enumerate(array)) if isinstance(array, list) else {int(key): value for key, value in array.items()}


def _answered(response: httpx.Response) -> Sent:
    if response.is_success:
        return Sent(response.status_code, response.json()["contact"]["id"])
    return Sent(response.status_code, None, error(response, response.status_code))
