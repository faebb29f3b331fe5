"""Runs the vendor's client for Python: one call a line on stdin, its end a line on stdout.

It is run by the interpreter of the client's own environment and imports nothing of Muster's.
"""

import json
import sys
from typing import Any

import constant_contact_api_client as official  # type: ignore[import-not-found]

APIS = (
    official.BulkActivitiesApi,
    official.ContactsApi,
    official.ContactListsApi,
    official.ContactTagsApi,
    official.ContactsCustomFieldsApi,
)


def main() -> None:
    """Until stdin ends."""
    for line in sys.stdin:
        print(json.dumps(_ended(json.loads(line))), flush=True)


def _ended(asked: dict[str, Any]) -> dict[str, Any]:
    client = official.ApiClient(official.Configuration(host=asked["host"], access_token=asked["token"]))
    try:
        return _followed(client, asked["follow"]) if "follow" in asked else _called(client, asked)
    except official.ApiException as error:
        return {"raised": type(error).__name__, "status": error.status, "body": _understood(error), "said": str(error)}
    except (ValueError, TypeError) as error:
        return {"raised": type(error).__name__, "status": None, "body": None, "said": str(error)}


def _called(client: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """`_with_http_info` is the client's own way to the status beside the data."""
    api = next(api for api in APIS if hasattr(api, asked["call"]))
    arguments = [each["$file"] if isinstance(each, dict) and "$file" in each else each for each in asked["arguments"]]
    answer = getattr(api(client), f"{asked['call']}_with_http_info")(*arguments, **asked["named"])
    return {"status": answer.status_code, "body": _shown(answer.data), "headers": dict(answer.headers or {})}


def _followed(client: Any, href: str) -> dict[str, Any]:
    """The address of a next page, as it stands in a page: what it begins with stands in the client's host too."""
    host = client.configuration.host.removesuffix("/v3")
    request = client.param_serialize("GET", href, auth_settings=["oauth2_implicit"], _host=host)
    response = client.call_api(*request)
    response.read()
    answer = client.response_deserialize(response_data=response, response_types_map={"200": "object"})
    return {"status": answer.status_code, "body": answer.data, "headers": dict(answer.headers or {})}


def _shown(data: Any) -> Any:
    """What the client's models hold. Their own `to_dict` leaves out what only the server may set."""
    if isinstance(data, bytes | bytearray):
        return data.decode()
    if isinstance(data, list):
        return [_shown(each) for each in data]
    return data.model_dump(mode="json", by_alias=True, exclude_none=True) if hasattr(data, "model_dump") else data


def _understood(error: Any) -> Any:
    """The body of an error as the client has understood it, or as it came where it knows no model for the status."""
    return _shown(error.data) if error.data is not None else json.loads(error.body or "null")


if __name__ == "__main__":
    main()
