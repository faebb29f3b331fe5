"""Where a case is played: an account that always begins alike, and one exchange as it is recorded."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import httpx

from tests.dialects.golden.case import Ask, Case
from tests.dialects.golden.placeholders import Naming, filled, named, shortened
from tests.support.system import System

NOBODY_ID = "00000000-0000-4000-8000-000000000000"


@dataclass
class Stage(ABC):
    """A new account of a running Muster. Each dialect says what stands there, how a key is shown, what an answer teaches."""

    muster: System
    names: dict[str, str] = field(default_factory=lambda: {"nobody": NOBODY_ID})
    keys: dict[str, str] = field(default_factory=dict)
    """By what a case calls them, as they are sent behind the scheme."""

    scheme: ClassVar[str] = "Bearer"
    recorded_headers: ClassVar[tuple[str, ...]] = (
        "allow",
        "content-disposition",
        "content-type",
        "location",
        "retry-after",
        "www-authenticate",
    )
    more_names: ClassVar[tuple[Naming, ...]] = ()
    """What only this dialect says anew each time."""

    @abstractmethod
    async def set(self) -> None:
        """Make what every case finds there."""

    @abstractmethod
    async def learn(self, response: httpx.Response, waits: bool) -> None:
        """Take names out of the answer to what came before, and wait for the end of what it has started."""

    async def send(self, ask: Ask) -> httpx.Response:
        """One request, with the values for its names."""
        request: dict[str, Any] = {"headers": self.headers(ask, self.keys, self.names)}
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
        return await self.muster.client.request(ask.method, filled(ask.path, self.names), **request)

    def headers(self, ask: Ask, keys: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
        """What a request says of itself. A header that is empty is not sent."""
        sent = {"Authorization": f"{self.scheme} {keys[ask.key]}"} if ask.key != "none" else {"Authorization": ""}
        if ask.json is not None or ask.raw is not None:
            sent["Content-Type"] = "application/json"
        return {name: filled(value, names) for name, value in (sent | dict(ask.headers)).items()}

    def brief(self, ask: Ask, body: Any) -> Any:
        """The body of an answer as it is recorded, without what is the same in hundreds of them and would hide the rest."""
        return body

    async def play(self, ask: Ask, waits: bool) -> None:
        """A request that comes before the one that is recorded."""
        response = await self.send(ask)
        assert response.status_code < 400, f"{ask.line}: {response.status_code} {response.text}"
        await self.learn(response, waits)


async def exchange(stage: Stage, case: Case) -> dict[str, Any]:
    """The pair of this case, as it stands in its file."""
    await stage.set()
    muster = stage.muster
    for limit, value in case.limits.items():
        await muster.gateway.accounts.set_limit(muster.account.number, limit, value)
    for ask in case.before:
        await stage.play(ask, case.waits)
    response = await stage.send(case.ask)
    keys = {name: f"{{{name} key}}" for name in stage.keys}
    body = stage.brief(case.ask, _body(response)) if response.content else None
    said = {name: response.headers[name] for name in stage.recorded_headers if name in response.headers}
    return {
        "request": {
            "method": case.ask.method,
            "path": case.ask.path.replace("{next}", named(stage.names.get("next", ""), {}, stage.more_names)),
            "headers": {name: value for name, value in stage.headers(case.ask, keys, {}).items() if value},
            **({"body": shortened(case.ask.body)} if case.ask.body is not None else {}),
        },
        "response": {
            "status": response.status_code,
            "headers": named(said, stage.names, stage.more_names),
            **({"body": shortened(named(body, stage.names, stage.more_names))} if response.content else {}),
        },
    }


def _body(response: httpx.Response) -> Any:
    is_json = response.headers.get("content-type", "").startswith("application/json")
    return response.json() if is_json else response.text.splitlines()
