"""Runs the package `mautic`: one call a line on stdin, its end a line on stdout.

It is run by the interpreter of the client's own environment and imports nothing of Muster's.
"""

import json
import sys
from typing import Any

import mautic  # type: ignore[import-not-found]
import requests
from mautic.api import API  # type: ignore[import-not-found]
from oauthlib.oauth2 import OAuth2Error


def main() -> None:
    """Until stdin ends."""
    for line in sys.stdin:
        print(json.dumps(_ended(json.loads(line))), flush=True)


def _ended(asked: dict[str, Any]) -> dict[str, Any]:
    renewed: list[Any] = []
    try:
        body = _logged_in(asked) if asked["call"] == "log_in" else _called(asked, renewed)
        return {"body": body, "renewed": renewed}
    except mautic.MauticException as error:
        return {"raised": type(error).__name__, "body": error.message, "said": str(error)}
    except (OAuth2Error, requests.RequestException, ValueError) as error:
        return {"raised": type(error).__name__, "body": None, "said": str(error)}


def _called(asked: dict[str, Any], renewed: list[Any]) -> Any:
    """`Contacts.create` is of a class of the client's; `contacts/batch.create` of one that a user makes for another endpoint."""
    owner, _, name = asked["call"].rpartition(".")
    api = getattr(mautic, owner, None) or type("Other", (API,), {"_endpoint": owner})
    return getattr(api(_client(asked, renewed)), name)(*asked["arguments"], **asked["named"])


def _client(asked: dict[str, Any], renewed: list[Any]) -> Any:
    if "token" not in asked:
        return mautic.MauticBasicAuthClient(asked["url"], asked["user"], asked["password"])
    return mautic.MauticOauth2Client(
        asked["url"], asked["user"], client_secret=asked["password"], token=asked["token"], token_updater=renewed.append
    )


def _logged_in(asked: dict[str, Any]) -> Any:
    """As the client's own example does it, with a browser that goes where it is sent: the tokens."""
    client = _client({**asked, "token": None}, [])
    address, _ = client.session.authorization_url(client.authorization_base_url)
    page = requests.get(address, allow_redirects=False, timeout=30)
    if "Location" not in page.headers:
        raise ValueError(f"The browser is not sent back: {page.status_code} {page.text}")
    return client.session.fetch_token(
        client.access_token_url, authorization_response=page.headers["Location"], client_secret=asked["password"]
    )


if __name__ == "__main__":
    main()
