"""Rows that say themselves that they are unfit: what the plan of a payload makes of them."""

import asyncio
import json
from typing import Any, cast

import pytest

from services.importer.newcomers import Newcomers
from services.importer.row_keys import RowKeys, row_keys
from services.importer.said_keys import BESIDE, SaidKeys
from shared.contacts.mapping import plan_mapping
from shared.contacts.store import AccountContacts
from shared.jobs.job import JobRefused
from shared.jobs.lanes import PlannedRow
from tests.unit.importer.planned import BOOK, planned

MAPPING = {"email": "email", "mobile": "mobile", "match_by": "match_by", "why": "refused"}
UNFIT = {"code": "too_long", "field": "ana smith", "message": "Ana's name is too long."}


def ndjson(*rows: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def mapped(match: str) -> dict[str, Any]:
    names = MAPPING if match == "row" else {column: name for column, name in MAPPING.items() if name != "match_by"}
    return {"match": match, "columns": "given", "mapping": names}


def row(email: str, **members: Any) -> dict[str, Any]:
    return {"match_by": "email", "email": email, **members}


@pytest.mark.parametrize("match", ["email", "email_or_mobile", "row"])
@pytest.mark.parametrize(("rule", "lines"), [("first", [4]), ("last", [2]), ("reject", [4])])
def test_a_refused_row_is_no_duplicate_and_takes_no_other_row_its_place(match: str, rule: str, lines: list[int]) -> None:
    ana = "ana@example.org"
    content = ndjson(row(ana, why=UNFIT), row(ana), row(ana, why="unfit"), row(ana, why=""), row(ana, why=[UNFIT]))
    plan = planned(content, name="a.ndjson", duplicates=rule, **mapped(match))
    assert [line for line, _, code, _ in plan.rows if code == "duplicate"] == lines


def test_the_column_may_come_late_and_is_looked_at_first_all_the_same() -> None:
    content = ndjson(row("ana@example.org"), row("no address", why=UNFIT), {"why": "unfit"})
    plan = planned(content, name="a.ndjson", quality_gate=1, **mapped("email"))
    assert plan.planner.survey.codes == {"refused": 2}


def test_the_gate_counts_refused_rows_as_bad_and_quotes_nothing_of_them() -> None:
    content = ndjson(*(row(f"p{number}@example.org", why=UNFIT if number % 2 else None) for number in range(10)))
    options = mapped("email")
    assert len(planned(content, name="a.ndjson", quality_gate=0.5, **options).rows) == 10
    with pytest.raises(JobRefused) as refused:
        planned(content, name="a.ndjson", quality_gate=0.49, **options)
    assert refused.value.problem.code == "quality_gate"
    assert "First problems: line 2: refused; line 4: refused; line 6: refused." in refused.value.problem.message
    assert refused.value.facts == {"survey": {"rows": 10, "bad": 5, "codes": {"refused": 5}}}


@pytest.mark.parametrize("match", ["email", "row"])
def test_a_payload_that_refuses_rows_needs_no_column_that_finds_contacts(match: str) -> None:
    content = ndjson({"why": "unfit"}, {"first_name": "Ana"}, {"why": UNFIT, "match_by": "new"})
    plan = planned(content, name="a.ndjson", quality_gate=1, **mapped(match))
    assert (plan.lines, plan.planner.survey.bad, plan.planner.survey.codes["refused"]) == ([1, 2, 3], 3, 2)
    with pytest.raises(JobRefused, match="No column gives the"):
        planned(ndjson({"first_name": "Ana"}), name="a.ndjson", **mapped(match))


@pytest.mark.parametrize("match", ["email", "email_or_mobile", "identifier:crm", "row"])
def test_a_refused_row_has_no_name(match: str) -> None:
    head = ["email", "mobile", "match_by", "why", "identifier:crm"]
    names = {"why": "refused"} | ({} if match == "row" else {"match_by": None})
    keys: RowKeys | SaidKeys = row_keys(match, plan_mapping(head, names, BOOK, match=match, nested=False).targets)
    fit = ["ana@example.org", "+447700900001", "email", "", "x"]
    unfit = [*fit[:3], "unfit", "x"]
    assert all(found[0] for found in (keys.of(fit), keys.rivals(fit)))
    assert keys.of(unfit) == keys.rivals(unfit) == ("", "")


def test_a_refused_row_makes_no_contact_and_asks_for_no_room() -> None:
    keys = SaidKeys(plan_mapping(["match_by", "email", "why"], {"why": "refused"}, BOOK, match="row", nested=False).targets)
    cells = [["email", "ana@example.org", "unfit"], ["email", "bo@example.org", ""]]
    names = [BESIDE.join(filter(None, keys.of(each))) for each in cells]

    class Nobody:
        async def known(self, kind: str, values: Any) -> set[str]:
            return set()

        async def among(self, session: None, numbers: Any, query: Any) -> set[int]:
            return set()

    async def counted() -> list[int]:
        newcomers = Newcomers(cast(AccountContacts, Nobody()))
        await newcomers.add([PlannedRow(line, name, b"") for line, name in enumerate(names)])
        return await newcomers.count()

    assert asyncio.run(counted()) == [1]
