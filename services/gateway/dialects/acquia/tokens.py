"""`/oauth/v2`: tokens for this API's clients. A client is a key; see `services.gateway.oauth`."""

from fastapi import APIRouter

from services.gateway.context import Gateway
from services.gateway.grants import Vocabulary
from services.gateway.oauth import OAuth
from shared.accounts.keys import Scope

PREFIX = "/oauth/v2/"
TOKEN = f"{PREFIX}token"
AUTHORIZE = f"{PREFIX}authorize"
PATHS = frozenset({TOKEN, AUTHORIZE})
"""They ask for no key, because they give what opens."""

VOCABULARY = Vocabulary(
    "mautic", {"api": frozenset(Scope), "offline_access": frozenset(Scope)}, default="api", offline="offline_access"
)
"""The vendor has no scopes: whoever has a token may do all that its key may."""


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = OAuth(gateway, VOCABULARY, takes_json=True)
    router = APIRouter()
    router.add_api_route(AUTHORIZE, to.authorize, methods=["GET"])
    router.add_api_route(TOKEN, to.token, methods=["POST"])
    return router
