"""Options as they stay with a job: what the database has no room for is refused."""

from typing import Any

import pytest

from services.gateway.given_options import kept
from services.gateway.problems import Problem
from shared.contract.bulk_options import ExportOptions
from shared.contract.options import ImportOptions, JobOptions


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (ImportOptions.model_validate({"mapping": {"A\0": "email"}}), "mapping"),
        (ImportOptions.model_validate({"sheet": 2**63}), "sheet"),
        (ExportOptions.model_validate({"select": {"ids": [2**63]}}), "select.ids.0"),
    ],
)
def test_options_that_the_database_cannot_keep_are_refused_by_name(options: JobOptions, field: str) -> None:
    with pytest.raises(Problem) as refusal:
        kept(options)
    assert (refusal.value.status, refusal.value.code, refusal.value.field) == (422, "option_invalid", field)


def test_options_with_strange_names_of_columns_are_kept_as_they_are() -> None:
    mapping: dict[str, Any] = {"$set": "email", "a.b": None, "": "first_name"}
    assert kept(ImportOptions.model_validate({"mapping": mapping}))["mapping"] == mapping
