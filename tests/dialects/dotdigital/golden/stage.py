"""Where a case of these two APIs is played. Ids of contacts and of address books are small numbers, and the same each time."""

import base64
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import httpx

from shared.accounts.keys import Scope
from shared.accounts.limits import Limit
from tests.dialects.dotdigital.vendor import Vendor
from tests.dialects.golden.placeholders import Naming
from tests.dialects.golden.stage import Stage

NEWS, SPORT = 1, 2
ANA, BO, CY, DEE = 1, 2, 3, 4
JOBS = ("id", "importId", "deleteId")


@dataclass
class DotdigitalStage(Stage):
    """An account with the address books News and Sport, the data field PLAN, and four contacts; it has no limit of requests.

    Ana is in News, has a mobile number and a plan; Bo has a name; Cy has unsubscribed; mail to Dee came back.
    """

    scheme: ClassVar[str] = "Basic"
    recorded_headers: ClassVar[tuple[str, ...]] = (
        *Stage.recorded_headers,
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-ratelimit-scope",
    )
    more_names: ClassVar[tuple[Naming, ...]] = (
        (re.compile(r"(?<=\"x-ratelimit-reset\": \")\d+(?=\")"), "{epoch seconds}"),
        (re.compile(r"(?<=\{\"id\": )\d+(?=, \"properties\")"), '"{account}"'),
        (re.compile(r"(?<=\"marker\": \")[^\"]+(?=\")"), "{marker}"),
        (re.compile(r"(?<=\bmarker=)[^&\"]+"), "{marker}"),
    )

    async def set(self) -> None:
        """Make what every case finds there."""
        vendor, muster = Vendor(self.muster), self.muster
        await muster.gateway.accounts.set_limit(muster.account.number, Limit.REQUESTS_PER_SECOND, 0)
        await vendor.field("PLAN")
        assert [await vendor.book("News"), await vendor.book("Sport")] == [NEWS, SPORT]
        full = {"first_name": "Ana", "last_name": "Ash", "mobile": "+447700900123", "lists": [NEWS], "cf:PLAN": "large"}
        ended = {"status": "unsubscribed"}, {"status": "suppressed", "reason": "hard_bounced"}
        cy, dee = ({"channels": {"email": each}} for each in ended)
        people = (("ana", full), ("bo", {"first_name": "Bo"}), ("cy", cy), ("dee", dee))
        assert [await vendor.contact(email=f"{name}@example.org", **told) for name, told in people] == [ANA, BO, CY, DEE]
        self.keys = {"full": await self._key(*Scope), "reader": await self._key(Scope.CONTACTS_READ, Scope.JOBS_READ)}
        self.keys["unknown"] = _basic("apiuser-1@apiconnector.com", "an old password")
        self.names["tomorrow"] = (muster.platform.clock.now() + timedelta(days=1)).replace(tzinfo=None).isoformat()

    async def learn(self, response: httpx.Response, waits: bool) -> None:
        """`{job}`, an import or a deletion, and `{next}`."""
        body = response.json() if response.content else {}
        if not isinstance(body, dict):
            return
        job = next((body[name] for name in JOBS if isinstance(body.get(name), str)), None)
        if job:
            self.names["job"] = job
            if waits:
                await self.muster.ended(job)
        if "next" in body.get("_links", {}):
            self.names["next"] = body["_links"]["next"]["link"]

    async def _key(self, *scopes: Scope) -> str:
        """The credentials of a new API user: the id of a key, and the key."""
        key, text = await self.muster.gateway.keys.create(self.muster.account.number, name="api user", scopes=scopes)
        return _basic(key.id, text)


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()
