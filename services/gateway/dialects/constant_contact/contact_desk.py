"""What becomes of one contact, asked of the desk that the native API uses, with what goes wrong said in the words of this API."""

from contextlib import AbstractContextManager

from services.gateway.contacts import VIA, VIA_PERSON
from services.gateway.context import Tenant
from services.gateway.dialects.constant_contact.contact_permission import not_resubscribed
from services.gateway.dialects.constant_contact.errors import invalid, not_found
from services.gateway.problems import Problem, translating
from shared.contract.identity import Thing

_KEYLESS = "email_address or sms_channel is missing: Muster finds a contact by one of them, a name alone is not enough"


def via(source: str) -> str:
    """How the contact remembers who acted."""
    return VIA_PERSON if source == "Contact" else VIA


def number_of(who: Tenant, contact_id: str) -> int:
    """The number of the contact in a path. Raises Problem 404 for what can be no id of this account."""
    number = who.number_of(Thing.CONTACT, contact_id) if len(contact_id) == 36 else None
    if not number:
        raise not_found("contact_id is in an invalid format.")
    return number


def in_its_words(member: str = "list_memberships") -> AbstractContextManager[None]:
    """Problems of the desk become those of this API. `member` names lists in the body."""
    return translating(lambda problem: _translated(problem, member))


def _translated(problem: Problem, member: str) -> Problem:
    match problem.code:
        case "contact_exists":
            return _exists(problem)
        case "not_resubscribed":
            return not_resubscribed(problem, member)
        case "key_missing":
            return invalid(_KEYLESS)
        case "contact_limit":
            # Clients read every 409 as a contact that is there, and cut its id out of the message.
            return Problem(403, problem.code, problem.detail)
    return problem


def _exists(problem: Problem) -> Problem:
    """Clients cut the id out of this sentence: it stands at the end, and nothing behind it."""
    what = {"mobile": "SMS address", "email": "Email"}.get(problem.field or "", problem.field)
    uuid = problem.extra.get("uuid")
    whose = f"contact {uuid}" if uuid else "another contact"
    return Problem(409, problem.code, f"Validation failed: {what} already exists for {whose}")
