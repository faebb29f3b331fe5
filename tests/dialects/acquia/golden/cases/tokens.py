"""Tokens: each grant, and what is refused in the words of OAuth."""

from tests.dialects.golden.case import Ask, case

TOKEN = "POST /oauth/v2/token"
AUTHORIZE = "GET /oauth/v2/authorize"
CALLBACK = "https%3A%2F%2Fclient.example.org%2Fcallback"
CODE = Ask(f"{AUTHORIZE}?response_type=code&client_id={{client}}&redirect_uri={CALLBACK}&scope=api+offline_access", key="none")
CLIENT = {"client_id": "{client}", "client_secret": "{client secret}"}
CREDENTIALS = {"grant_type": "client_credentials", **CLIENT}
EXCHANGE = {"grant_type": "authorization_code", "code": "{code}", "redirect_uri": "https://client.example.org/callback", **CLIENT}
EXCHANGED = Ask(TOKEN, fields=EXCHANGE, key="none")
REFRESH = {"grant_type": "refresh_token", "refresh_token": "{refresh_token}", **CLIENT}

CASES = (
    case("tokens/authorize", f"{CODE.line}&state=4711", 302, key="none"),
    case("tokens/authorize_for_an_unknown_client", f"{AUTHORIZE}?response_type=code&client_id=nobody", 400, key="none"),
    case("tokens/client_credentials", TOKEN, 200, fields=CREDENTIALS, key="none"),
    case("tokens/client_credentials_as_json", TOKEN, 200, json=CREDENTIALS, key="none"),
    case("tokens/code_exchanged", TOKEN, 200, CODE, fields=EXCHANGE, key="none"),
    case("tokens/code_exchanged_twice", TOKEN, 400, CODE, EXCHANGED, fields=EXCHANGE, key="none"),
    case("tokens/refreshed", TOKEN, 200, CODE, EXCHANGED, fields=REFRESH, key="none"),
    case("tokens/refreshed_without_a_token", TOKEN, 400, fields={"grant_type": "refresh_token", **CLIENT}, key="none"),
    case("tokens/a_wrong_secret", TOKEN, 401, fields={**CREDENTIALS, "client_secret": "wrong"}, key="none"),
    case("tokens/no_secret", TOKEN, 401, fields={"grant_type": "client_credentials", "client_id": "{client}"}, key="none"),
    case("tokens/no_grant", TOKEN, 400, fields=CLIENT, key="none"),
    case("tokens/a_grant_that_is_none", TOKEN, 400, fields={**CREDENTIALS, "grant_type": "password"}, key="none"),
    case("tokens/json_that_breaks_off", TOKEN, 400, raw='{"grant_type": ', key="none"),
    case(
        "tokens/shown",
        "GET /api/contacts/2",
        200,
        Ask(TOKEN, fields=CREDENTIALS, key="none"),
        key="none",
        headers={"Authorization": "Bearer {access_token}"},
    ),
)
