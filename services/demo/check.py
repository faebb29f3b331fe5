"""Do the counts add up? What the file must come to, beside what the job says and what is really stored. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.demo.generator import Sample


def differences(sample: Sample, job: Mapping[str, Any], rejected: Sequence[Mapping[str, Any]], stored: int) -> list[str]:
    """Every difference in words; none when all is as it must be."""
    counts, progress = job["counts"], job["progress"]
    named = {row["line"]: row["code"] for row in rejected}
    facts = [
        ("state of the job", job["state"], "completed"),
        ("rows in the file", progress["rows_total"], sample.rows),
        ("sum of the outcomes", sum(counts.values()), sample.rows),
        ("skipped", counts["skipped"], 0),
        *((outcome, counts[outcome], expected) for outcome, expected in sample.counts.items()),
        ("contacts in the database", stored, sample.counts["created"]),
        ("rejected rows by code", job["codes"], sample.codes),
        ("rejected rows that are named", len(rejected), sample.counts["rejected"]),
    ]
    found = [f"{what}: {is_now}, and it should be {expected}" for what, is_now, expected in facts if is_now != expected]
    wrong = sorted(line for line in named.keys() | sample.bad_lines.keys() if named.get(line) != sample.bad_lines.get(line))
    return found + [f"line {line}: {named.get(line)}, and it should be {sample.bad_lines.get(line)}" for line in wrong[:10]]
