"""The headers in which both APIs say how many requests an account has left. Pure."""

import math
from datetime import datetime

from services.gateway.buckets import Answer

SCOPE = "highCallRate"
"""The vendor's word for single look-ups. Its other words have limits of their own; here one limit is for every request."""


def rate_headers(taken: Answer, now: datetime) -> dict[str, str]:
    """The moment at which more is left stands there in seconds since 1970, UTC."""
    return {
        "X-RateLimit-Limit": str(taken.rate.burst),
        "X-RateLimit-Remaining": str(taken.remaining),
        "X-RateLimit-Reset": str(math.ceil(now.timestamp() + taken.reset_seconds)),
        "X-RateLimit-Scope": SCOPE,
    }
