"""Tokens: each grant, and what is refused in the words of OAuth."""

from tests.dialects.golden.case import Ask, case

TOKEN = "POST /oauth2/default/v1/token"
AUTHORIZE = "GET /oauth2/default/v1/authorize"
CALLBACK = "https%3A%2F%2Fclient.example.org%2Fcallback"
CODE = Ask(
    f"{AUTHORIZE}?response_type=code&client_id={{client}}&redirect_uri={CALLBACK}&scope=contact_data+offline_access", key="none"
)
BASIC = {"Authorization": "Basic {client credentials}"}
EXCHANGE = {"grant_type": "authorization_code", "code": "{code}", "redirect_uri": "https://client.example.org/callback"}
REFRESH = {"grant_type": "refresh_token", "refresh_token": "{refresh_token}"}
CREDENTIALS = {"grant_type": "client_credentials", "scope": "contact_data"}

CASES = (
    case("tokens/authorize", f"{CODE.line}&state=4711", 302, key="none"),
    case("tokens/authorize_for_an_unknown_client", f"{AUTHORIZE}?response_type=code&client_id=nobody", 400, key="none"),
    case("tokens/code_exchanged", TOKEN, 200, CODE, fields=EXCHANGE, headers=BASIC),
    case(
        "tokens/code_exchanged_twice", TOKEN, 400, CODE, Ask(TOKEN, fields=EXCHANGE, headers=BASIC), fields=EXCHANGE, headers=BASIC
    ),
    case("tokens/refreshed", TOKEN, 200, CODE, Ask(TOKEN, fields=EXCHANGE, headers=BASIC), fields=REFRESH, headers=BASIC),
    case("tokens/client_credentials", TOKEN, 200, fields=CREDENTIALS, headers=BASIC),
    case(
        "tokens/client_credentials_that_are_wrong",
        TOKEN,
        401,
        fields=CREDENTIALS,
        headers={"Authorization": "Basic {wrong credentials}"},
    ),
    case("tokens/a_grant_that_is_none", TOKEN, 400, fields={"grant_type": "password"}, headers=BASIC),
    case(
        "tokens/shown",
        "GET /v3/contact_lists",
        200,
        Ask(TOKEN, fields=CREDENTIALS, headers=BASIC),
        headers={"Authorization": "Bearer {access_token}"},
    ),
)
