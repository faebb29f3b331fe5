"""Values by type: what each field accepts, and the one form in which it is stored. Pure; a refusal is a ValueProblem."""

from shared.contacts.values.dates import normalise_date, normalise_datetime
from shared.contacts.values.emails import email_key, normalise_email
from shared.contacts.values.normaliser import Normalise, Value, normaliser
from shared.contacts.values.phones import normalise_mobile, normalise_phone
from shared.contacts.values.problem import ValueProblem, shown
from shared.contacts.values.text import trim

__all__ = [
    "Normalise",
    "Value",
    "ValueProblem",
    "email_key",
    "normalise_date",
    "normalise_datetime",
    "normalise_email",
    "normalise_mobile",
    "normalise_phone",
    "normaliser",
    "shown",
    "trim",
]
