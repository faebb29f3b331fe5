"""Numbers of choices: kept through new names, and never given twice."""

from shared.contacts.choice_ids import MOST_FORMER, ChoiceIds


def test_new_choices_are_numbered_in_their_order() -> None:
    assert ChoiceIds().for_choices(["b", "a"]) == ChoiceIds({"b": 1, "a": 2}, 2)


def test_a_choice_keeps_its_number_wherever_it_stands() -> None:
    ids = ChoiceIds().for_choices(["a", "b"])
    assert ids.for_choices(["c", "b", "a"], ["a", "b"]).of == {"a": 1, "b": 2, "c": 3}


def test_a_former_name_leads_to_the_number_until_another_choice_is_called_so() -> None:
    renamed = ChoiceIds().for_choices(["a"]).for_choices(["z"], ["a"], {"z": 1})
    assert renamed.of == {"a": 1, "z": 1}
    assert renamed.for_choices(["a", "z"], ["z"]).of == {"a": 2, "z": 1}


def test_two_choices_may_swap_their_names() -> None:
    ids = ChoiceIds().for_choices(["a", "b"])
    assert ids.for_choices(["a", "b"], ["a", "b"], {"a": 2, "b": 1}).of == {"a": 2, "b": 1}


def test_a_number_whose_last_name_is_gone_is_not_given_again() -> None:
    ids = ChoiceIds().for_choices(["a", "b"]).for_choices(["b"], ["a", "b"], {"b": 1})
    assert ids.of == {"a": 1, "b": 1}
    assert ids.for_choices(["b", "c"], ["b"]).of["c"] == 3


def test_a_choice_that_comes_back_has_its_number_again() -> None:
    ids = ChoiceIds().for_choices(["a", "b"]).for_choices(["b"], ["a", "b"])
    assert ids.for_choices(["b", "a"], ["b"]).of == {"a": 1, "b": 2}


def test_only_so_many_former_names_are_kept_and_the_newest_of_them() -> None:
    ids = ChoiceIds()
    for round_ in range(3):
        ids = ids.for_choices([f"{round_}.{place}" for place in range(MOST_FORMER)], list(ids.of))
    assert len(ids.of) == 2 * MOST_FORMER
    assert (min(ids.of.values()), ids.last) == (MOST_FORMER + 1, 3 * MOST_FORMER)
