"""Which rows come again under one key, against the plainest way to find out."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from services.importer.duplicates import KeyHashes, Repeated
from shared.contract.options import Duplicates

keys = st.lists(st.one_of(st.sampled_from(["", "a", "b", "c"]), st.text(max_size=3)), max_size=60)


def found(keys: list[str]) -> Repeated:
    """Both passes over these keys; the line of a key is its place, from 1."""
    hashes = KeyHashes()
    for start in range(0, len(keys), 7):
        hashes.add(keys[start : start + 7])
    repeated = hashes.repeated()
    for line, key in enumerate(keys, start=1):
        repeated.add(key, line)
    return repeated


def lines_by_key(keys: list[str]) -> dict[str, list[int]]:
    """The lines of every key that is not blank."""
    lines: dict[str, list[int]] = defaultdict(list)
    for line, key in enumerate(keys, start=1):
        if key:
            lines[key].append(line)
    return lines


@given(keys)
def test_a_key_that_comes_again_is_kept_by_its_first_or_its_last_line(keys: list[str]) -> None:
    repeated = found(keys)
    for key, lines in lines_by_key(keys).items():
        comes_again = len(lines) > 1
        assert repeated.winner(key, Duplicates.FIRST) == (lines[0] if comes_again else None)
        assert repeated.winner(key, Duplicates.REJECT) == (lines[0] if comes_again else None)
        assert repeated.winner(key, Duplicates.LAST) == (lines[-1] if comes_again else None)
        assert repeated.winner(key, Duplicates.MERGE) is None


@given(keys)
def test_it_says_whether_any_key_comes_again_at_all(keys: list[str]) -> None:
    assert bool(found(keys)) == any(len(lines) > 1 for lines in lines_by_key(keys).values())


@given(keys)
def test_a_blank_key_is_nobodys_duplicate(keys: list[str]) -> None:
    assert found([*keys, "", ""]).winner("", Duplicates.FIRST) is None


def test_keys_whose_hashes_are_the_same_are_told_apart() -> None:
    repeated = Repeated(set(found(["a", "a", "b", "b"])._hashes))
    for line, key in enumerate(["a", "b"], start=1):
        repeated.add(key, line)
    assert (repeated.winner("a", Duplicates.FIRST), repeated.winner("b", Duplicates.FIRST)) == (1, 2)
