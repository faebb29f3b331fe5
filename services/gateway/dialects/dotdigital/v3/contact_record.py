"""A contact as v3 writes it, made into the native one. Pure.

Whether it is one at all, by its types and words, is judged here, with the way to each fault. Whether a value is right (an e-mail, a
number, what a data field holds) is judged by whoever applies the record.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.gateway.dialects.dotdigital.data_fields import DataField
from services.gateway.dialects.dotdigital.v3.errors import detail
from shared.contacts.matching import is_blank
from shared.contacts.values import trim

CONTACT_ID = "contactId"
MATCHES = {"email": "email", "mobileNumber": "mobile", CONTACT_ID: "id"}
"""The identifiers that every account has, and what each is natively; any other is one of the account's own."""
MOST_LISTS = 100
MOST_CONSENTS = 5
_STATES = {word: word for word in ("subscribed", "unsubscribed", "suppressed")}
_PHONE_STATES = {"noSubscription": "none", **_STATES}
_EMAIL_TYPES = {"plainText": "plain", "html": "html"}
_OPT_IN_TYPES = {"unknown": "unknown", "single": "single", "double": "double", "verifiedDouble": "verified_double"}
_CHANNELS: dict[str, dict[str, tuple[str, Mapping[str, str]]]] = {
    "email": {
        "status": ("email_status", _STATES),
        "emailType": ("email_type", _EMAIL_TYPES),
        "optInType": ("opt_in_type", _OPT_IN_TYPES),
    },
    "sms": {"status": ("sms_status", _PHONE_STATES)},
    "whatsApp": {"status": ("whatsapp_status", _PHONE_STATES)},
}
"""By channel and member: the native target, and its words by the vendor's."""
CONSENT = {"text": "text", "dateTimeConsented": "at", "url": "url", "ipAddress": "ip", "userAgent": "user_agent"}
"""The members of a consent record, all of which one has, and what each is natively."""
_OBJECTS = ("dataFields", "channelProperties")


@dataclass(frozen=True, slots=True)
class Known:
    """What names in a contact may mean: the data fields of the account by upper-case name, and its own identifiers."""

    fields: Mapping[str, DataField]
    identifiers: frozenset[str] = frozenset()

    def match_of(self, identifier: str) -> str | None:
        """What finds contacts by this identifier, natively; None where the account does not have it."""
        if native := MATCHES.get(identifier):
            return native
        return f"identifier:{identifier}" if identifier in self.identifiers else None

    @property
    def targets(self) -> list[str]:
        """The native targets that records have, but for what finds their contacts."""
        channels = (target for members in _CHANNELS.values() for target, _ in members.values())
        own = (f"identifier:{name}" for name in sorted(self.identifiers))
        fields = (each.target for each in self.fields.values())
        return [*MATCHES.values(), *own, *fields, *channels, "lists", "preferences", "consents"]


@dataclass(slots=True)
class Faults:
    """What is wrong with the contacts of a body, as details of the error."""

    most: int = 50
    """None is noted beyond these."""
    place: int | None = None
    """Where the contact that is looked at stands in the list of them, from 0."""
    details: list[dict[str, str]] = field(default_factory=list)

    def add(self, item: str, description: str) -> None:
        """Note one. `item` is the way to it in the contact."""
        if not self.is_full:
            start = "" if self.place is None else f"contacts[{self.place}]"
            self.details.append(detail(f"{start}.{item}".strip(".") or "contact", description))

    @property
    def is_full(self) -> bool:
        """True when there is no need to look for more."""
        return len(self.details) >= self.most


def native_record(contact: Any, known: Known, faults: Faults) -> dict[str, Any]:
    """What the contact says, by the names of native targets: as `POST /v1/contacts` and rows of imports take it.

    Its `contactId`, which nobody can set, is not in it; data fields that the account does not have neither (see
    `unknown_data_fields`). What is wrong is left out and noted.
    """
    record: dict[str, Any] = {}
    if not isinstance(contact, dict):
        faults.add("", "A contact must be an object, of at most a megabyte.")
        return record
    for member, read in _READERS.items():
        said = contact.get(member)
        if not (said is None or (member in _OBJECTS and _is_nothing(said))):
            read(said, record, known, faults)
    return record


def imported_record(contact: Any, known: Known, faults: Faults) -> dict[str, Any]:
    """As `native_record`, with the native `match_by` that the contact names, and a blank where it lacks just this one.

    Another identifier that is blank text is left out: it says nothing, where null says that the contact has none.
    """
    record = native_record(contact, known, faults)
    if not isinstance(contact, dict):
        return record
    identifiers, named = contact.get("identifiers"), contact.get("matchIdentifier")
    if identifiers is None:
        faults.add("identifiers", "identifiers is missing.")
    match = known.match_of(named) if isinstance(named, str) else None
    if match is None:
        words = "matchIdentifier is missing." if named is None else _no_such(named, known)
        faults.add("matchIdentifier", words)
    elif isinstance(identifiers, dict):
        if (number := identifiers.get(CONTACT_ID)) is not None:
            record["id"] = number
        for name in map(known.match_of, identifiers):
            if name in record and name != match and is_blank(record[name]):
                del record[name]
        record["match_by"] = match
        record.setdefault(match, None)
    return record


def unknown_data_fields(contact: Mapping[str, Any], known: Known) -> list[str]:
    """The data fields of the contact that the account does not have."""
    said = contact.get("dataFields")
    return [name for name in said if name.upper() not in known.fields] if isinstance(said, Mapping) else []


def _identifiers(said: Any, record: dict[str, Any], known: Known, faults: Faults) -> None:
    if not isinstance(said, dict):
        faults.add("identifiers", "identifiers must be an object.")
        return
    for name, value in said.items():
        native = known.match_of(name)
        if native is None:
            faults.add(f"identifiers.{name}", _no_such(name, known))
        elif not (value is None or isinstance(value, str) or _is_whole(value)):
            faults.add(f"identifiers.{name}", f"{name} must be a text.")
        elif name != CONTACT_ID:
            record[native] = value if value is None else str(value)


def _data_fields(said: Any, record: dict[str, Any], known: Known, faults: Faults) -> None:
    if not isinstance(said, dict):
        faults.add("dataFields", "dataFields must be an object of names and values.")
        return
    for name, value in said.items():
        known_field = known.fields.get(name) or known.fields.get(name.upper())
        if known_field is not None:
            record[known_field.target] = value


def _channels(said: Any, record: dict[str, Any], known: Known, faults: Faults) -> None:
    if not isinstance(said, dict):
        faults.add("channelProperties", "channelProperties must be an object.")
        return
    for channel, members in _CHANNELS.items():
        about = said.get(channel)
        if about is None or _is_nothing(about):
            continue
        path = f"channelProperties.{channel}"
        if not isinstance(about, dict):
            faults.add(path, f"{channel} must be an object.")
            continue
        for member, (target, words) in members.items():
            word = about.get(member)
            if word is None:
                continue
            native = _word(word, words)
            if native is None:
                faults.add(f"{path}.{member}", f"{member} must be one of: {', '.join(words)}.")
            else:
                record[target] = native


def _lists(said: Any, record: dict[str, Any], known: Known, faults: Faults) -> None:
    if not isinstance(said, list) or len(said) > MOST_LISTS or not all(_is_whole(each) for each in said):
        faults.add("lists", f"lists must be a list of 1 to {MOST_LISTS} ids, whole numbers.")
    elif said:
        record["lists"] = said


def _preferences(said: Any, record: dict[str, Any], known: Known, faults: Faults) -> None:
    if not isinstance(said, list):
        faults.add("preferences", "preferences must be a list.")
        return
    chosen: dict[str, bool] = {}
    for place, item in enumerate(said):
        wish = item.get("isOptedIn") if isinstance(item, dict) else None
        if isinstance(wish, bool) and _is_whole(item.get("id")):
            chosen[str(item["id"])] = wish
        else:
            faults.add(f"preferences[{place}]", "A preference must have an id, a whole number, and isOptedIn, true or false.")
    if chosen:
        record["preferences"] = chosen


def _consents(said: Any, record: dict[str, Any], known: Known, faults: Faults) -> None:
    if not isinstance(said, list) or len(said) > MOST_CONSENTS:
        faults.add("consentRecords", f"consentRecords must be a list of 1 to {MOST_CONSENTS} records.")
        return
    for place, item in enumerate(said):
        for member in CONSENT:
            value = item.get(member) if isinstance(item, dict) else None
            if not isinstance(value, str) or not trim(value):
                faults.add(f"consentRecords[{place}].{member}", f"{member} must be a text, and not blank.")
                return
    if said:
        record["consents"] = [{part: item[member] for member, part in CONSENT.items()} for item in said]


def _no_such(name: object, known: Known) -> str:
    names = ", ".join((*MATCHES, *sorted(known.identifiers)))
    return f"{str(name)[:50]!r} is no identifier of this account. It has: {names}."


def _word(word: Any, words: Mapping[str, str]) -> str | None:
    """What a word means, in whatever letter case it is; None for one that is not known."""
    if isinstance(word, str) and word in words:
        return words[word]
    folded = str(word).strip().lower()
    return next((native for known, native in words.items() if known.lower() == folded), None)


def _is_nothing(said: Any) -> bool:
    """PHP writes an object without members as an empty list."""
    return isinstance(said, list) and not said


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_READERS: dict[str, Callable[[Any, dict[str, Any], Known, Faults], None]] = {
    "identifiers": _identifiers,
    "dataFields": _data_fields,
    "channelProperties": _channels,
    "lists": _lists,
    "preferences": _preferences,
    "consentRecords": _consents,
}
"""By member, in the order in which faults are told."""
