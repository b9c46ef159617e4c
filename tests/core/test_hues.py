import random

import pytest

from blog.core.hues import HUES, deal_hues, hue_of

NAMES = [f"{first} {last}" for first in ("Ann", "Bob", "Łukasz", "فاطمة") for last in "ABCDEFGHIJ"]
# Two who would look the same by their names alone.
ALIKE = ("Dana Whitlock", "Eva Smit")


def apart(one: int, other: int) -> int:
    return min((one - other) % HUES, (other - one) % HUES)


def conversation(seed: int, people: int, turns: int) -> list[tuple[str | None, str | None]]:
    """Who speaks and whom they answer; some have no name, some begin, some answer themselves."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    said: list[str | None] = []
    exchanges: list[tuple[str | None, str | None]] = []
    for _turn in range(turns):
        speaker = chance.choice([*NAMES[:people], None])
        exchanges.append((speaker, chance.choice(said) if said and chance.random() > 0.2 else None))
        said.append(speaker)
    return exchanges


def test_a_name_has_always_the_same_hue() -> None:
    assert [hue_of(name) for name in ("Dana Whitlock", "Eva Smit", "Owen Pryce", "X", "فاطمة")] == [
        3,
        3,
        1,
        2,
        6,
    ]
    assert {hue_of(name) for name in NAMES} <= set(range(HUES))


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize(("people", "turns"), [(2, 10), (6, 40), (40, 100)])
def test_who_answer_each_other_never_share_a_hue(seed: int, people: int, turns: int) -> None:
    exchanges = conversation(seed, people, turns)
    dealt = deal_hues(exchanges)
    assert set(dealt) == {name for pair in exchanges for name in pair if name}
    assert set(dealt.values()) <= set(range(HUES))
    for speaker, answered in exchanges:
        if speaker and answered and speaker != answered:
            assert dealt[speaker] != dealt[answered], (speaker, answered)


def test_two_who_look_alike_are_put_far_apart_and_only_one_of_them_steps() -> None:
    one, other = ALIKE
    assert hue_of(one) == hue_of(other)
    dealt = deal_hues([(one, None), (other, one), ("Owen Pryce", other)])
    assert apart(dealt[one], dealt[other]) >= 2
    assert dealt[one] == hue_of(one)
    assert apart(dealt["Owen Pryce"], dealt[other]) >= 2


def test_it_does_not_matter_who_speaks_first() -> None:
    exchanges = conversation(1, 8, 60)
    assert deal_hues(exchanges) == deal_hues([(b, a) for a, b in reversed(exchanges)])


def test_whom_nobody_resembles_keeps_the_hue_of_the_name() -> None:
    one, other = ALIKE
    assert deal_hues([(one, None), (other, None), (one, one)]) == {one: hue_of(one), other: hue_of(other)}


def test_somebody_who_answers_everybody_differs_from_all_of_them() -> None:
    # Among forty people all twelve hues are taken.
    host = "Zoë van der Meer"
    dealt = deal_hues([(name, None) for name in NAMES] + [(host, name) for name in NAMES])
    assert dealt[host] == hue_of(host)
    assert dealt[host] not in {dealt[name] for name in NAMES}


def test_nobody_has_no_hue() -> None:
    assert deal_hues([(None, None), (None, "Ann"), ("", None)]) == {"Ann": hue_of("Ann")}
