"""`/oauth2/default/v1`: tokens for this API's clients, with its scopes. A client is a key; see `services.gateway.oauth`."""

from fastapi import APIRouter

from services.gateway.context import Gateway
from services.gateway.grants import Vocabulary
from services.gateway.oauth import OAuth
from shared.accounts.keys import Scope

PREFIX = "/oauth2/default/"
TOKEN = f"{PREFIX}v1/token"
AUTHORIZE = f"{PREFIX}v1/authorize"
PATHS = frozenset({TOKEN, AUTHORIZE})
"""They ask for no key, because they give what opens."""

VOCABULARY = Vocabulary(
    "constant_contact",
    {"contact_data": frozenset(Scope), "account_read": frozenset(), "offline_access": frozenset()},
    default="contact_data",
    offline="offline_access",
)
"""`contact_data` is all that the key may do. What else the vendor has (`campaign_data`, ...) is taken and gives nothing."""


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = OAuth(gateway, VOCABULARY)
    router = APIRouter()
    router.add_api_route(AUTHORIZE, to.authorize, methods=["GET"])
    router.add_api_route(TOKEN, to.token, methods=["POST"])
    return router
