"""Where a case of this dialect is played. Ids of contacts, segments, tags and fields are small numbers, and the same each time."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import httpx

from shared.accounts.keys import Scope
from shared.accounts.limits import Limit
from tests.dialects.acquia.vendor import Vendor
from tests.dialects.golden.case import Ask
from tests.dialects.golden.stage import Stage

NEWS, SPORT = 1, 2
PLAN, SIZE = 101, 102
GOLD = 1
ANA, BO, CY, DEE = 1, 2, 3, 4
FULL: dict[str, Any] = {
    "email": "ana@example.org",
    "title": "Dr",
    "firstname": "Ana",
    "lastname": "Ash",
    "company": "Ash & Birch",
    "mobile": "+43 660 1234567",
    "phone": "+43 316 555",
    "address1": "Ring 1",
    "city": "Graz",
    "state": "Steiermark",
    "zipcode": "8010",
    "country": "Austria",
    "points": 4,
    "plan": "gold",
    "size": "m",
    "owner": 7,
    "tags": ["gold"],
}
BARRED = {"cy": {"reason": 1, "comments": "Too many"}, "dee": {"reason": 2, "comments": "Mailbox full"}}


@dataclass
class AcquiaStage(Stage):
    """An account with the segments News and Sport, the fields `plan` and `size`, and four contacts; it has no limit of requests.

    Ana has everything and is in News; Bo has a first name; Cy has unsubscribed; mail to Dee came back.
    """

    scheme: ClassVar[str] = "Basic"
    recorded_headers: ClassVar[tuple[str, ...]] = (*Stage.recorded_headers, "mautic-version")

    async def set(self) -> None:
        """Make what every case finds there."""
        muster, vendor = self.muster, Vendor(self.muster)
        await muster.gateway.accounts.set_limit(muster.account.number, Limit.REQUESTS_PER_SECOND, 0)
        for name, number in (("News", NEWS), ("Sport", SPORT)):
            assert await self._make("segments", "list", name=name) == number
        sizes = [{"label": "Medium", "value": "m"}, {"label": "Large", "value": "l"}]
        assert await self._make("fields/contact", "field", label="Plan", type="text") == PLAN
        assert await self._make("fields/contact", "field", label="Size", type="select", properties={"list": sizes}) == SIZE
        assert (await vendor.make(**FULL))["id"] == ANA
        assert (await vendor.make(email="bo@example.org", firstname="Bo"))["id"] == BO
        for number, (name, record) in enumerate(BARRED.items(), CY):
            assert (await vendor.make(email=f"{name}@example.org", doNotContact=[record]))["id"] == number
        joined = await vendor.client.post(f"/api/segments/{NEWS}/contact/{ANA}/add")
        assert joined.status_code == 200, joined.text
        await self._make_keys()
        self.names["tomorrow"] = (muster.platform.clock.now() + timedelta(days=1)).replace(tzinfo=None).isoformat()

    async def learn(self, response: httpx.Response, waits: bool) -> None:
        """`{job}`, `{access_token}`, `{refresh_token}` and `{code}`."""
        if code := re.search(r"[?&]code=([^&]+)", response.headers.get("location", "")):
            self.names["code"] = code[1]
        body = response.json() if response.content else {}
        if isinstance(job := body.get("id"), str):
            self.names["job"] = job
            if waits:
                await self.muster.ended(job)
        self.names |= {name: body[name] for name in ("access_token", "refresh_token") if name in body}

    def brief(self, ask: Ask, body: Any) -> Any:
        """Contacts are whole where one is read. Elsewhere they have the fields that have a value, and the number of the others."""
        return body if re.fullmatch(r"GET /api/contacts/\d+", ask.line) else _brief(body)

    def headers(self, ask: Ask, keys: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
        """With what a form is, which clients of this API send as often as JSON."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if ask.fields is not None else {}
        return kind | super().headers(ask, keys, names)

    async def _make(self, path: str, member: str, **said: Any) -> int:
        """The id of a new thing at this path."""
        response = await self.muster.client.post(f"/api/{path}/new", json=said)
        assert response.status_code == 201, response.text
        return int(response.json()[member]["id"])

    async def _make_keys(self) -> None:
        """Keys as users with passwords, and a client of OAuth."""
        keys, account = self.muster.gateway.keys, self.muster.account.number
        self.keys = {"unknown": _basic("ana", "an old password")}
        for name, scopes in (("full", list(Scope)), ("reader", [Scope.CONTACTS_READ, Scope.JOBS_READ])):
            key, text = await keys.create(account, name=name, scopes=scopes)
            self.keys[name] = _basic(key.id, text)
        app, secret = await keys.create(
            account, name="app", scopes=list(Scope), redirect_uris=["https://client.example.org/callback"]
        )
        self.names |= {"client": app.id, "client secret": secret}


def _brief(body: Any) -> Any:
    if isinstance(body, list):
        return [_brief(each) for each in body]
    if not isinstance(body, dict):
        return body
    fields = body.get("fields")
    if isinstance(fields, dict) and "all" in fields:
        return {**body, "fields": {name: _with_values(group) for name, group in fields.items()}}
    return {name: _brief(each) for name, each in body.items()}


def _with_values(group: Any) -> Any:
    """A group of fields, or the values of them all."""
    if not isinstance(group, dict):
        return group
    found = {alias: said for alias, said in group.items() if (said.get("value") if isinstance(said, dict) else said) is not None}
    more = len(group) - len(found)
    return {**found, f"{{{more} more}}": None} if more else found


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()
