"""The made-up file: one seed, one sequence of bytes, and what it says of itself is what the importer's own reader finds in it."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import pytest

from services.demo.damage import DAMAGES
from services.demo.dice import Dice
from services.demo.generator import Sample, make_sample
from services.demo.words import CULTURES
from shared.contacts.fields import Field, FieldType, custom_path
from shared.contacts.mapping import plan_mapping
from shared.contacts.patch import FieldBook, Patch, RowProblem, parse_row
from shared.contacts.values.emails import email_key
from shared.readers import open_reader

COLOUR = Field("favourite_colour", FieldType.TEXT, custom_path(1), max_length=4000)
SAMPLE = make_sample(10_000, seed=2026)


@dataclass
class Found:
    """What the importer's pure parts make of a file."""

    rows: int = 0
    bad_lines: dict[int, str] = field(default_factory=dict)
    patches: list[Patch] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def keys(self) -> Counter[str]:
        return Counter(email_key(patch["email"]) for patch in self.patches)


def read(sample: Sample) -> Found:
    reader = open_reader("auto", file_name="contacts.csv", delimiter=None, encoding=None)
    rows = [row for block in reader.feed(sample.content) for row in block] + reader.close()
    plan = plan_mapping(reader.columns, None, FieldBook({COLOUR.name: COLOUR}), match="email", nested=False)
    found = Found(rows=len(rows), unknown=plan.unknown)
    for row in rows:
        if row.problem:
            found.bad_lines[row.line] = row.problem.code
            continue
        try:
            patch = parse_row(plan.targets, row.cells)
        except RowProblem as problem:
            found.bad_lines[row.line] = problem.code
            continue
        if patch["email"] is None:
            found.bad_lines[row.line] = "email_missing"
        else:
            found.patches.append(patch)
    return found


@cache
def read_sample() -> Found:
    return read(SAMPLE)


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert make_sample(500, seed=7) == make_sample(500, seed=7)


def test_another_seed_gives_another_file() -> None:
    assert make_sample(500, seed=7).content != make_sample(500, seed=8).content


def test_the_dice_fall_as_they_always_fell() -> None:
    dice = Dice(2026)
    assert [dice.below(1_000) for _ in range(5)] == [51, 301, 734, 186, 241]


@pytest.mark.parametrize("rows", [1, 2, 10, 60, 777])
def test_a_file_has_as_many_rows_as_were_asked_for_however_few(rows: int) -> None:
    sample = make_sample(rows, seed=rows)
    assert read(sample).rows == rows == sum(sample.counts.values())


@pytest.mark.parametrize("seed", range(12))
def test_every_bad_row_is_found_on_its_line_under_its_name_and_no_other_is(seed: int) -> None:
    sample = make_sample(1_500, seed)
    assert read(sample).bad_lines == sample.bad_lines


def test_the_counts_are_those_of_the_file() -> None:
    found = read_sample()
    assert len(found.keys) == SAMPLE.counts["created"]
    assert sum(found.keys.values()) - len(found.keys) == SAMPLE.counts["updated"] + SAMPLE.counts["unchanged"]
    assert len(found.bad_lines) == SAMPLE.counts["rejected"]


def test_two_in_a_hundred_rows_come_twice_and_three_in_two_hundred_are_bad() -> None:
    assert SAMPLE.counts == {"created": 9_650, "updated": 160, "unchanged": 40, "rejected": 150}


def test_a_contact_that_comes_twice_is_spelled_otherwise_the_second_time() -> None:
    spellings: dict[str, list[str]] = {}
    for patch in read_sample().patches:
        spellings.setdefault(email_key(patch["email"]), []).append(patch["email"])
    twice = [pair for pair in spellings.values() if len(pair) > 1]
    assert len(twice) == 200
    assert all(first != second for pair in twice for first, second in pairwise(pair))
    assert SAMPLE.twice in {pair[0] for pair in twice}


def test_every_kind_of_damage_occurs() -> None:
    assert SAMPLE.codes.keys() == {code for code, _ in DAMAGES}


def test_only_the_column_that_becomes_a_custom_field_would_be_unknown() -> None:
    reader = open_reader("auto", file_name="contacts.csv", delimiter=None, encoding=None)
    list(reader.feed(SAMPLE.content))
    assert plan_mapping(reader.columns, None, FieldBook(), match="email", nested=False).unknown == ["Favourite colour"]
    assert read_sample().unknown == []


def test_names_come_in_many_scripts_and_so_do_addresses() -> None:
    patches = read_sample().patches
    assert {patch.get("addresses.home.country") for patch in patches} >= {culture.country for culture in CULTURES}
    assert sum(1 for patch in patches if not patch["email"].isascii()) > 1_000


def test_notes_and_streets_go_over_several_lines() -> None:
    patches = read_sample().patches
    assert any("\n" in note for patch in patches for note in patch.get("notes") or ())
    assert any("\n" in (patch.get("addresses.home.street") or "") for patch in patches)


def test_nobody_real_can_be_reached() -> None:
    domains = {patch["email"].lower().rpartition("@")[2] for patch in read_sample().patches}
    assert all(domain.endswith(("example.com", "example.net", "example.org")) for domain in domains)
