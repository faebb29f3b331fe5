"""Where a case is played: an account that always begins alike, and one exchange as it is recorded."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from shared.accounts.keys import Scope
from tests.dialects.constant_contact.golden.case import Ask, Case
from tests.dialects.constant_contact.golden.placeholders import filled, named
from tests.dialects.constant_contact.vendor import Vendor
from tests.support.system import System

RECORDED_HEADERS = ("allow", "content-disposition", "content-type", "location", "retry-after", "www-authenticate")


@dataclass
class Stage:
    """An account with two lists, a tag, a custom field and two contacts: `{news}` `{sport}` `{gold}` `{plan}` `{ana}` `{bo}`."""

    vendor: Vendor
    names: dict[str, str] = field(default_factory=lambda: {"nobody": "00000000-0000-4000-8000-000000000000"})
    keys: dict[str, str] = field(default_factory=dict)

    async def set(self) -> None:
        """Make what every case finds there."""
        vendor, muster = self.vendor, self.vendor.muster
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

    async def send(self, ask: Ask) -> httpx.Response:
        """One request, with the values for its names."""
        request: dict[str, Any] = {"headers": self.headers(ask, self.keys)}
        if ask.form is not None:
            form = filled(ask.form, self.names)
            request["files"] = [
                (name, (value[0], value[1].encode(), "text/csv")) if isinstance(value, list) else (name, (None, value.encode()))
                for name, value in form.items()
            ]
        elif ask.fields is not None:
            request["data"] = filled(ask.fields, self.names)
        elif ask.body is not None:
            request["content"] = ask.raw or json.dumps(filled(ask.json, self.names))
        return await self.vendor.client.request(ask.method, filled(ask.path, self.names), **request)

    def headers(self, ask: Ask, keys: Mapping[str, str]) -> dict[str, str]:
        """What a request says of itself. A header that is empty is not sent."""
        sent = {"Authorization": f"Bearer {keys[ask.key]}"} if ask.key != "none" else {"Authorization": ""}
        if ask.json is not None or ask.raw is not None:
            sent["Content-Type"] = "application/json"
        return {name: filled(value, self.names) for name, value in (sent | dict(ask.headers)).items()}

    async def play(self, ask: Ask, waits: bool) -> None:
        """A request that comes before the one that is recorded."""
        response = await self.send(ask)
        assert response.status_code < 400, f"{ask.line}: {response.status_code} {response.text}"
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


async def exchange(muster: System, case: Case) -> dict[str, Any]:
    """The pair of this case, as it stands in its file."""
    stage = Stage(Vendor(muster))
    await stage.set()
    for limit, value in case.limits.items():
        await muster.gateway.accounts.set_limit(muster.account.number, limit, value)
    for ask in case.before:
        await stage.play(ask, case.waits)
    response = await stage.send(case.ask)
    keys = {name: f"{{{name} key}}" for name in stage.keys}
    shown = Stage(stage.vendor)
    return {
        "request": {
            "method": case.ask.method,
            "path": case.ask.path.replace("{next}", named(stage.names.get("next", ""), {})),
            "headers": {name: value for name, value in shown.headers(case.ask, keys).items() if value},
            **({"body": case.ask.body} if case.ask.body is not None else {}),
        },
        "response": {
            "status": response.status_code,
            "headers": named({name: response.headers[name] for name in RECORDED_HEADERS if name in response.headers}, stage.names),
            **({"body": named(_body(response), stage.names)} if response.content else {}),
        },
    }


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _body(response: httpx.Response) -> Any:
    is_json = response.headers.get("content-type", "").startswith("application/json")
    return response.json() if is_json else response.text.splitlines()
