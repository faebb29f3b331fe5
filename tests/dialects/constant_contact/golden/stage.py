"""Where a case of this dialect is played."""

import base64
import re
from dataclasses import dataclass
from datetime import timedelta

import httpx

from shared.accounts.keys import Scope
from tests.dialects.constant_contact.vendor import Vendor
from tests.dialects.golden.stage import Stage


@dataclass
class ConstantContactStage(Stage):
    """An account with two lists, a tag, a custom field and two contacts: `{news}` `{sport}` `{gold}` `{plan}` `{ana}` `{bo}`."""

    @property
    def vendor(self) -> Vendor:
        """A client of the vendor's API."""
        return Vendor(self.muster)

    async def set(self) -> None:
        """Make what every case finds there."""
        vendor, muster = self.vendor, self.muster
        plan = await vendor.client.post("/v1/fields", json={"name": "plan", "type": "text"})
        self.names["news"], self.names["sport"] = await vendor.list("News"), await vendor.list("Sport")
        self.names["gold"], self.names["plan"] = await vendor.tag("gold"), plan.json()["uuid"]
        full = {"first_name": "Ana", "lists": [self.names["news"]], "tags": ["gold"], "cf:plan": "large"}
        self.names["ana"] = await vendor.contact(email="ana@example.org", **full)
        self.names["bo"] = await vendor.contact(email="bo@example.org", first_name="Bo")
        _, reader = await muster.gateway.keys.create(
            muster.account.number, name="reader", scopes=[Scope.CONTACTS_READ, Scope.JOBS_READ]
        )
        self.keys = {"full": muster.key, "reader": reader, "unknown": "an-old-token"}
        app, secret = await muster.gateway.keys.create(
            muster.account.number, name="app", scopes=list(Scope), redirect_uris=["https://client.example.org/callback"]
        )
        self.names |= {"client": app.id, "client credentials": _basic(app.id, secret), "wrong credentials": _basic(app.id, "wrong")}
        self.names["tomorrow"] = (muster.platform.clock.now() + timedelta(days=1)).isoformat()

    async def learn(self, response: httpx.Response, waits: bool) -> None:
        """`{activity}`, `{next}`, `{made}`, `{code}` and tokens."""
        if code := re.search(r"[?&]code=([^&]+)", response.headers.get("location", "")):
            self.names["code"] = code[1]
        body = response.json() if response.content else {}
        activity = body.get("activity_id") or (body.get("id") if "state" in body else None)
        if activity:
            self.names["activity"] = activity
            if waits:
                await self.vendor.ended(activity)
        if "next" in body.get("_links", {}):
            self.names["next"] = body["_links"]["next"]["href"]
        for name in ("contact_id", "list_id", "tag_id", "custom_field_id"):
            if name in body:
                self.names["made"] = body[name]
        self.names |= {name: body[name] for name in ("access_token", "refresh_token") if name in body}


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()
