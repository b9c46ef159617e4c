from collections.abc import Collection

from blog.core.fragments import Fragments


def test_it_makes_a_piece_once_for_a_key() -> None:
    made: list[str] = []
    pieces = Fragments[str](limit=2)

    def make() -> str:
        made.append("x")
        return f"piece {len(made)}"

    assert [pieces.get("a", make), pieces.get("a", make), pieces.get("b", make)] == [
        "piece 1",
        "piece 1",
        "piece 2",
    ]


def test_it_forgets_what_was_asked_for_longest_ago() -> None:
    pieces = Fragments[str](limit=2)
    for key in ("a", "b", "a", "c"):
        pieces.get(key, lambda: "old")

    assert [pieces.get(key, lambda: "new") for key in ("a", "c", "b")] == ["old", "old", "new"]


def test_it_makes_those_that_are_missing_together() -> None:
    asked: list[list[str]] = []
    pieces = Fragments[str](limit=9)
    pieces.get("a", lambda: "kept")

    def make(missing: Collection[str]) -> dict[str, str]:
        asked.append(list(missing))
        return dict.fromkeys(missing, "made")

    assert pieces.get_all(["b", "a", "c"], make) == {"a": "kept", "b": "made", "c": "made"}
    assert pieces.get_all(["a", "b", "c"], make) == {"a": "kept", "b": "made", "c": "made"}
    assert asked == [["b", "c"]]
