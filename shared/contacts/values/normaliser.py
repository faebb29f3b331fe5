"""From a field to the function that turns a cell into its stored value. The function is made once per job and called per cell."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from shared.contacts.fields import CUSTOM_TEXT_LENGTH, Field, FieldType
from shared.contacts.values import choices, dates, numbers
from shared.contacts.values.phones import normalise_phone
from shared.contacts.values.text import cell_normaliser, text_normaliser
from shared.contacts.values.urls import url_from_text

Value = str | int | float | bool | datetime | list[str] | None
Normalise = Callable[[object], Value]

URL_LENGTH = 2048


def normaliser(field: Field, *, day_first: bool = False) -> Normalise:
    """The fastest function from a cell to the field's value.

    A cell is text, or what JSON and spreadsheets give: numbers, true, false, lists, dates, None. Blank cells give None.
    Text fields take numbers and booleans as JSON writes them. Values come out as: text `str`, integer `int`, number and
    currency `int | float`, boolean `bool`, date `"YYYY-MM-DD"`, datetime `datetime` in UTC, multi_select `list[str]`.
    Raises ValueProblem. Applied to its own result it changes nothing.
    """
    match field.type:
        case FieldType.TEXT | FieldType.TEXT_AREA:
            return text_normaliser(_text_length(field))
        case FieldType.INTEGER:
            return _numeric(field, numbers.normalise_integer, numbers.integer_from_other)
        case FieldType.NUMBER:
            return _numeric(field, numbers.normalise_number, numbers.number_from_other)
        case FieldType.CURRENCY:
            return _numeric(field, numbers.normalise_currency, numbers.currency_from_other)
        case FieldType.BOOLEAN:
            return cell_normaliser(choices.normalise_boolean, choices.boolean_from_other)
        case FieldType.DATE:
            return cell_normaliser(dates.date_from_text(day_first), dates.date_from_other)
        case FieldType.DATETIME:
            return cell_normaliser(partial(dates.normalise_datetime, day_first=day_first), dates.datetime_from_other)
        case FieldType.PHONE:
            return cell_normaliser(normalise_phone)
        case FieldType.URL:
            return cell_normaliser(url_from_text(field.max_length or URL_LENGTH))
        case FieldType.SINGLE_SELECT:
            return cell_normaliser(choices.choice_from_text(field.choices))
        case FieldType.MULTI_SELECT:
            return cell_normaliser(choices.choices_from_text(field.choices), choices.choices_from_other(field.choices))


def _text_length(field: Field) -> int:
    return CUSTOM_TEXT_LENGTH if field.max_length is None else field.max_length


def _numeric(field: Field, from_text: Callable[[str], numbers.Number], from_other: Callable[[object], numbers.Number]) -> Normalise:
    bound = partial(numbers.within, least=field.minimum, greatest=field.maximum)
    return cell_normaliser(bound(from_text), bound(from_other))
