"""Puts the values of a contact in their places in a row. Pure.

Walks what the contact has, not what the file may show: a column costs nothing where the contact lacks it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from shared.contacts.columns import Column
from shared.contacts.present import Names

Form = Callable[[Any], Any]
"""Makes a value what the file holds for it; None for what stays as it is."""
Put = Callable[[Any, list[Any]], None]
"""Writes what stands under one key of a contact into the cells of its row."""


class Layout:
    """The rows of one file. `forms` has one form for each column."""

    def __init__(self, columns: Sequence[Column], forms: Sequence[Form | None], names: Names, blank: Any) -> None:
        leaves = [(column.path, _leaf(index, column, forms[index], names)) for index, column in enumerate(columns)]
        self._whole = _all_of([put for path, put in leaves if not path])
        self._puts = _branches([leaf for leaf in leaves if leaf[0]])
        self._blank = [blank] * len(columns)

    def rows(self, contacts: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
        """One row for each contact, in order; a cell is `blank` where the contact has no value."""
        return [self._row(contact) for contact in contacts]

    def _row(self, contact: Mapping[str, Any]) -> list[Any]:
        cells = self._blank.copy()
        puts = self._puts
        for key, value in contact.items():
            if key in puts:
                puts[key](value, cells)
        self._whole(contact, cells)
        return cells


def _leaf(index: int, column: Column, form: Form | None, names: Names) -> Put:
    shape = column.shape

    def as_it_is(value: Any, cells: list[Any]) -> None:
        cells[index] = value

    def formed(value: Any, cells: list[Any]) -> None:
        cells[index] = form(value)  # type: ignore[misc]

    def shaped(value: Any, cells: list[Any]) -> None:
        shown = shape(value, names)  # type: ignore[misc]
        if shown is not None:
            cells[index] = shown if form is None else form(shown)

    if shape is not None:
        return shaped
    return as_it_is if form is None else formed


def _branches(leaves: Sequence[tuple[tuple[str, ...], Put]]) -> dict[str, Put]:
    """By the first key of their paths, what writes all of them."""
    grouped: dict[str, list[tuple[tuple[str, ...], Put]]] = {}
    for (head, *rest), put in leaves:
        grouped.setdefault(head, []).append((tuple(rest), put))
    return {head: _branch(group) for head, group in grouped.items()}


def _branch(leaves: Sequence[tuple[tuple[str, ...], Put]]) -> Put:
    ends = [put for path, put in leaves if not path]
    inner = _branches([leaf for leaf in leaves if leaf[0]])
    return _all_of([*ends, *([_within(inner)] if inner else [])])


def _within(puts: Mapping[str, Put]) -> Put:
    def descend(value: Any, cells: list[Any]) -> None:
        if value.__class__ is list:
            if len(value) == 1:  # as of nearly every contact that has any
                if value[0]["kind"] in puts:
                    puts[value[0]["kind"]](value[0], cells)
                return
            value = {entry["kind"]: entry for entry in reversed(value)}  # the first of each kind
        for key, inner in value.items():
            if key in puts:
                puts[key](inner, cells)

    return descend


def _all_of(puts: Sequence[Put]) -> Put:
    if len(puts) == 1:
        return puts[0]

    def each(value: Any, cells: list[Any]) -> None:
        for put in puts:
            put(value, cells)

    return each
