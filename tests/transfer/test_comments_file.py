import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from blog.transfer.comments_file import CommentsFile, parents_first, read_comments_file
from blog.transfer.values import ImportRefused

ZONE = ZoneInfo("Europe/Amsterdam")


def read(content: object) -> CommentsFile:
    data = content if isinstance(content, bytes) else json.dumps(content, indent=1).encode()
    return read_comments_file("reacties.json", data, zone=ZONE)


def comments(*entries: Mapping[str, object]) -> dict[str, object]:
    return {"article": "stuk", "comments": [{"body": "Tekst.", **entry} for entry in entries]}


def faults(content: object) -> list[str]:
    with pytest.raises(ImportRefused) as refusal:
        read(content)
    return [str(fault) for fault in refusal.value.faults]


def order(content: object, known: Sequence[str] = ()) -> list[str]:
    return [note.id for note in parents_first(read(content), known)]


def test_it_reads_everything_with_its_lines() -> None:
    file = read(
        comments(
            {"id": "a", "parent": None, "author": " Fenna  de Wit ", "created": "2026-03-01T12:00"},
            {"id": 7, "parent": "a", "author": None},
        )
    )

    first, second = file.comments
    assert (file.article, file.article_line) == ("stuk", 2)
    assert (first.id, first.parent, first.author, first.body, first.line) == (
        "a",
        None,
        "Fenna de Wit",
        "Tekst.",
        4,
    )
    assert first.created_at == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert (second.id, second.parent, second.author, second.created_at, second.line) == (
        "7",
        "a",
        None,
        None,
        11,
    )


def test_it_reads_windows_line_ends_and_a_byte_order_mark() -> None:
    data = json.dumps(comments({"id": "a"}), indent=1).replace("\n", "\r\n").encode()

    assert read(b"\xef\xbb\xbf" + data) == read(comments({"id": "a"}))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{"article": "a",\n "comments": [}', "reacties.json:2: This is not valid JSON"),
        (b"", "reacties.json:1: This is not valid JSON"),
        (b'{\n"article": "Caf\xe9"}', "reacties.json:2: This is not UTF-8."),
        (b"[" * 100_000, "reacties.json:1: This is nested too deeply"),
        ([], "reacties.json:1: This is no object."),
        ({"comments": []}, "reacties.json:1: “article” is missing."),
        ({"article": 3, "comments": []}, "reacties.json:2: “article” is missing."),
        ({"article": "a"}, "reacties.json:1: “comments” is missing."),
        ({"article": "a", "comments": {}}, "reacties.json:3: “comments” is missing."),
        ({"article": "a", "comments": [], "artikel": 1}, "reacties.json:1: “artikel” is not known."),
        ({"article": "a", "comments": ["x"]}, "reacties.json:4: This is no object."),
        (comments({}), "reacties.json:4: This comment has no “id”."),
        (comments({"id": None}), "reacties.json:4: This comment has no “id”."),
        (comments({"id": " "}), "reacties.json:4: “id” of this comment is no readable text."),
        (comments({"id": "x" * 101}), "reacties.json:4: “id” of this comment is longer than 100"),
        (comments({"id": "a"}, {"id": "a"}), "reacties.json:8: The id “a” is that of the comment on line 4."),
        (comments({"id": 1}, {"id": "1"}), "reacties.json:8: The id “1” is that of the comment on line 4."),
        (comments({"id": "a", "author": ["x"]}), "reacties.json:4: “author” of this comment is no readable"),
        (
            comments({"id": "a", "author": "x" * 81}),
            "reacties.json:4: “author” of this comment is longer than 80",
        ),
        (
            comments({"id": "a", "auteur": "x"}),
            "reacties.json:4: “auteur” is not known. Did you mean “author”?",
        ),
        (comments({"id": "a", "body": " "}), "reacties.json:4: This comment says nothing."),
        (comments({"id": "a", "body": 3}), "reacties.json:4: This comment says nothing."),
        (
            comments({"id": "a", "body": "x\0"}),
            "reacties.json:4: The “body” of this comment holds a character",
        ),
        (
            comments({"id": "a", "body": "\ud800"}),
            "reacties.json:4: The “body” of this comment holds a character",
        ),
        (comments({"id": "a", "created": "ooit"}), "reacties.json:4: “ooit” is no time."),
        (comments({"id": "a", "created": 3}), "reacties.json:4: “3” is no time."),
        (comments({"id": "a", "created": "2999-01-01"}), "reacties.json:4: “created” lies in the future"),
    ],
)
def test_it_names_file_line_and_remedy(content: object, fault: str) -> None:
    found = faults(content)

    assert any(one.startswith(fault) for one in found), found


def test_it_names_all_faults_at_once() -> None:
    found = faults(comments({"id": "a", "body": ""}, {"id": "b"}, {"id": "b"}))

    assert [one.split(": ")[0] for one in found] == ["reacties.json:4", "reacties.json:12"]


def test_parents_come_first_and_all_else_stays_in_its_order() -> None:
    content = comments(
        {"id": "a"},
        {"id": "c", "parent": "b"},
        {"id": "b", "parent": "d"},
        {"id": "d"},
        {"id": "e", "parent": "a"},
    )

    assert order(content) == ["a", "d", "b", "c", "e"]


def test_a_parent_may_have_been_imported_before() -> None:
    assert order(comments({"id": "b", "parent": "a"}), known=["a"]) == ["b"]


def test_a_missing_parent_is_named_with_the_line_of_its_comment() -> None:
    with pytest.raises(ImportRefused) as refusal:
        order(comments({"id": "reactie-1"}, {"id": "b", "parent": "reactie-2"}, {"id": "c", "parent": "zzz"}))

    assert [str(fault) for fault in refusal.value.faults] == [
        "reacties.json:8: This answers “reactie-2”, which is nowhere. Did you mean “reactie-1”?",
        "reacties.json:13: This answers “zzz”, which is nowhere. Add it, or make “parent” null.",
    ]


@pytest.mark.parametrize(
    ("parents", "circle"),
    [
        ({"a": "a"}, "a → a"),
        ({"a": "b", "b": "a"}, "a → b → a"),
        ({"x": "a", "a": "b", "b": "c", "c": "a"}, "a → b → c → a"),
    ],
)
def test_a_circle_is_named(parents: dict[str, str], circle: str) -> None:
    entries = [{"id": own, "parent": parent} for own, parent in parents.items()]

    with pytest.raises(ImportRefused) as refusal:
        order(comments(*entries))

    assert f"in a circle: {circle}." in str(refusal.value)
    assert str(refusal.value).startswith("reacties.json:")


def test_a_chain_of_thousands_is_put_in_order() -> None:
    entries: list[dict[str, object]] = [{"id": str(n), "parent": str(n + 1)} for n in range(5000)]

    assert order(comments(*entries, {"id": "5000"})) == [str(n) for n in range(5000, -1, -1)]
