import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from blog.core.db import session, unit_of_work
from blog.core.hues import hue_of
from blog.discussions.actions import delete_comment, import_comment, remove_comment, set_mode
from blog.discussions.models import Comment, Thread
from blog.discussions.queries import comments_in
from blog.discussions.values import Mode
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.discussions import make_comment, make_thread
from tests.support.queries import counted_statements

NAME = "<script>alert(1)</script> & Co"
UNTIL = datetime(2099, 1, 2, 11, 30, tzinfo=UTC)


def address(thread: Thread) -> str:
    return f"/debates/{thread.id}-{thread.slug}"


def close(thread: Thread, reason: str = "Count <b>ten</b> first.", until: datetime | None = UNTIL) -> None:
    moderator = make_person(role="moderator", name="Mo <i>").actor
    with unit_of_work():
        set_mode(moderator, thread, Mode.CLOSED, reason, until)


def newest(thread: Thread) -> Comment:
    views = comments_in(thread).items
    return session.get_one(Comment, max(view.id for view in views))


def field_value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])


def test_thread_detail_shows_the_comments_in_order(client: FlaskClient) -> None:
    root = make_comment(body="The *first* one")
    make_comment(thread=root.thread, body="The third one")
    make_comment(answers=root, body="The second one")
    response = client.get(address(root.thread))
    assert response.status_code == 200
    places = [response.text.index(words) for words in ("<em>first</em>", "The second one", "The third one")]
    assert places == sorted(places)
    assert "3 comments" in response.text


@pytest.mark.parametrize("wrong", ["", "-other", "-"])
def test_thread_detail_moves_to_its_own_address(client: FlaskClient, wrong: str) -> None:
    thread = make_thread(slug="good")
    response = client.get(f"/debates/{thread.id}{wrong}?after=abc&x=1")
    if wrong == "-":
        assert response.status_code == 404
        return
    assert response.status_code == 301
    assert response.headers["Location"] == f"/debates/{thread.id}-good?after=abc"


@pytest.mark.parametrize(
    "path", ["/debates/999-x", "/debates/99999999999999999999-x", "/c/999", "/c/99999999999999999999"]
)
def test_it_knows_nothing_at_numbers_that_are_nobodys(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_thread_detail_is_hidden_while_its_article_is_a_draft(client: FlaskClient, sign_in: SignIn) -> None:
    thread = make_thread(listed=False)
    member, editor = make_person(), make_person(role="editor")
    assert client.get(address(thread)).status_code == 404
    assert sign_in(member).get(address(thread)).status_code == 404
    assert sign_in(member).post(f"/debates/{thread.id}/comments", data={"body": "Hello"}).status_code == 404
    assert sign_in(editor).get(address(thread)).status_code == 200


def test_thread_detail_says_that_a_cursor_is_damaged(client: FlaskClient) -> None:
    thread = make_thread()
    assert client.get(f"{address(thread)}?after=!").status_code == 422
    assert client.get("/debates/?after=!").status_code == 422


def test_thread_detail_leads_through_all_comments(app: Flask, client: FlaskClient) -> None:
    author, thread = make_person(), make_thread()
    comments = [make_comment(thread=thread, author=author) for _number in range(112)]
    seen: list[int] = []
    path = address(thread)
    while path:
        page = client.get(path).text
        seen += [int(number) for number in re.findall(r'<li class="comment[^>]*id="comment-(\d+)"', page)]
        after = re.search(r'href="([^"]*)" rel="next"', page)
        path = unescape(after[1]) if after else ""
    assert seen == [comment.id for comment in comments]
    page = client.get(address(thread)).text
    assert 'rel="prev"' not in page
    second = client.get(unescape(re.search(r'href="([^"]*)" rel="next"', page)[1])).text  # type: ignore[index]
    back = re.search(r'href="([^"]*)" rel="prev"', second)
    assert back is not None
    assert back[1] == address(thread)


def test_a_visitor_may_write_at_once_and_gets_neither_a_token_nor_a_cookie(client: FlaskClient) -> None:
    comment = make_comment()
    for response in (client.get(address(comment.thread)), client.get(f"/c/{comment.id}/answer")):
        assert "<textarea" in response.text
        assert "csrf_token" not in response.text
        assert "Set-Cookie" not in response.headers
    assert f"/c/{comment.id}/answer" in client.get(address(comment.thread)).text
    assert "/edit" not in client.get(address(comment.thread)).text


def test_names_and_reasons_are_shown_as_text(client: FlaskClient, sign_in: SignIn) -> None:
    author = make_person(name=NAME)
    root = make_comment(author=author)
    answer = make_comment(answers=root, author=author)
    make_comment(answers=answer)
    moderator = make_person(role="moderator", name=NAME)
    with unit_of_work():
        import_comment(
            root.thread, external_id="c", parent=None, author_name=NAME, body=NAME, created_at=root.created_at
        )
        remove_comment(moderator.actor, answer, NAME)
    close(root.thread, NAME)
    paths = [address(root.thread), f"/c/{root.id}", f"/c/{answer.id}", "/debates/", "/moderation/log"]
    for browser in (client, sign_in(author), sign_in(moderator)):
        for path in paths:
            assert "<script>alert" not in browser.get(path).text
    page = client.get(address(root.thread)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page
    assert "Mo &lt;i&gt;" in page


def test_a_guest_without_a_name_is_called_anonymous(client: FlaskClient) -> None:
    thread = make_thread()
    with unit_of_work():
        first = import_comment(
            thread, external_id="1", parent=None, author_name=None, body="Hm", created_at=thread.created_at
        )
        import_comment(
            thread, external_id="2", parent=first, author_name="Ann", body="Oh", created_at=thread.created_at
        )
    page = client.get(address(thread)).text
    assert "Anonymous" in page
    assert "in answer to <bdi>Anonymous</bdi>" in page


def test_comment_post_posts_and_leads_to_the_comment(sign_in: SignIn) -> None:
    thread, member = make_thread(), make_person(name="Ann")
    browser = sign_in(member)
    key = field_value(browser.get(address(thread)).text, "submission_key")
    response = browser.post(
        f"/debates/{thread.id}/comments", data={"body": "Hello\r\nyou", "submission_key": key}
    )
    comment = newest(thread)
    assert response.status_code == 303
    assert response.headers["Location"] == f"/c/{comment.id}#comment-{comment.id}"
    assert (comment.body, comment.author_id) == ("Hello\nyou", member.id)
    page = browser.get(f"/c/{comment.id}").text
    assert "Ann" in page
    assert f"/c/{comment.id}/edit" in page
    assert f"/c/{comment.id}/delete" in page


def test_comment_post_posts_once_when_it_is_sent_twice(sign_in: SignIn) -> None:
    thread = make_thread()
    browser = sign_in(make_person())
    form = {"body": "Hello", "submission_key": "the same"}
    first, second = (browser.post(f"/debates/{thread.id}/comments", data=form) for _turn in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    session.refresh(thread)
    assert thread.comment_count == 1


def test_comment_post_gives_other_words_back_with_a_fresh_key(sign_in: SignIn) -> None:
    thread = make_thread()
    browser = sign_in(make_person())
    path = f"/debates/{thread.id}/comments"
    browser.post(path, data={"body": "Once", "submission_key": "key"})
    response = browser.post(
        path, data={"body": "Twice", "submission_key": "key"}, headers={"Origin": "http://localhost"}
    )
    assert response.status_code == 409
    assert ">\r\nTwice</textarea>" in response.text
    fresh = field_value(response.text, "submission_key")
    assert fresh != "key"
    assert browser.post(path, data={"body": "Twice", "submission_key": fresh}).status_code == 303
    session.refresh(thread)
    assert thread.comment_count == 2


@pytest.mark.parametrize("body", ["", "   \r\n", "\u200b", "x" * 10_001])
def test_comment_post_says_what_is_wrong_and_keeps_the_words(sign_in: SignIn, body: str) -> None:
    thread = make_thread()
    response = sign_in(make_person()).post(f"/debates/{thread.id}/comments", data={"body": body})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert body.strip() in response.text


def test_comment_post_takes_ten_thousand_characters_with_line_ends(sign_in: SignIn) -> None:
    thread = make_thread()
    body = "line\r\n" * 1999 + "12345"
    assert len(body.replace("\r\n", "\n")) == 10_000
    assert (
        sign_in(make_person()).post(f"/debates/{thread.id}/comments", data={"body": body}).status_code == 303
    )


def test_comment_post_keeps_the_words_when_the_thread_was_closed_meanwhile(sign_in: SignIn) -> None:
    thread = make_thread()
    browser = sign_in(make_person())
    assert browser.get(address(thread)).status_code == 200
    close(thread)
    response = browser.post(
        f"/debates/{thread.id}/comments",
        data={"body": "My </textarea> long words"},
        headers={"Origin": "http://localhost"},
    )
    assert response.status_code == 409
    assert "My &lt;/textarea&gt; long words" in response.text
    assert "Mo &lt;i&gt; closed this debate until 2 January 2099 at 12:30" in response.text
    assert "Count &lt;b&gt;ten&lt;/b&gt; first." in response.text


def test_comment_post_keeps_the_words_of_who_is_no_longer_signed_in(client: FlaskClient) -> None:
    comment = make_comment()
    for path in (f"/debates/{comment.thread_id}/comments", f"/c/{comment.id}/answer"):
        response = client.post(
            path,
            data={"body": "My long words", "submission_key": "k"},
            headers={"Origin": "http://localhost"},
        )
        assert response.status_code == 401
        assert ">\r\nMy long words</textarea>" in response.text
        assert field_value(response.text, "submission_key") == "k"
        assert "/account/sign-in?next=" in response.text
    assert comment.thread.comment_count == 1


def test_it_offers_no_form_for_words_that_another_site_sends(client: FlaskClient) -> None:
    thread = make_thread()
    for headers in ({"Origin": "https://evil.example.org"}, {"Origin": "null"}, {}):
        response = client.post(f"/debates/{thread.id}/comments", data={"body": "Buy this"}, headers=headers)
        assert response.status_code == 401
        assert "readonly>Buy this</textarea>" in response.text
        assert 'class="composer"' not in response.text


def test_with_csrf_on_it_keeps_the_words_of_a_stale_form(app: Flask, sign_in: SignIn) -> None:
    comment = make_comment()
    browser = sign_in(make_person())
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        path = f"/c/{comment.id}/answer"
        stale = browser.post(
            path,
            data={"body": "My long words", "submission_key": "k"},
            headers={"Origin": "http://localhost"},
        )
        token = field_value(stale.text, "csrf_token")
        again = browser.post(path, data={"body": "My long words", "submission_key": "k", "csrf_token": token})
        bare = browser.post(f"/c/{comment.id}/delete")
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert (stale.status_code, again.status_code, bare.status_code) == (403, 303, 403)
    assert ">\r\nMy long words</textarea>" in stale.text
    session.refresh(comment)
    assert (comment.answer_total, comment.status) == (1, "published")


def test_comment_answer_shows_what_is_answered_and_posts_below_it(sign_in: SignIn) -> None:
    comment = make_comment(author=make_person(name="Bob"), body="Words of Bob")
    browser = sign_in(make_person())
    page = browser.get(f"/c/{comment.id}/answer").text
    assert "Words of Bob" in page
    assert "in answer to Bob" in page
    response = browser.post(f"/c/{comment.id}/answer", data={"body": "But", "submission_key": "k"})
    assert response.status_code == 303
    answer = newest(comment.thread)
    assert (answer.parent_id, answer.body) == (comment.id, "But")
    too_long = browser.post(f"/c/{comment.id}/answer", data={"body": "y" * 10_001})
    assert too_long.status_code == 422
    assert "y" * 10_001 in too_long.text


def test_comment_answer_tells_who_closed_the_thread(sign_in: SignIn) -> None:
    comment = make_comment()
    close(comment.thread)
    browser = sign_in(make_person())
    page = browser.get(f"/c/{comment.id}/answer").text
    assert "Mo &lt;i&gt;" in page
    assert "2 January 2099 at 12:30" in page
    assert "<textarea" not in page
    assert f"/c/{comment.id}/answer" not in browser.get(address(comment.thread)).text
    response = browser.post(f"/c/{comment.id}/answer", data={"body": "But I was typing"})
    assert response.status_code == 409
    assert "But I was typing" in response.text


def test_comment_answer_to_what_is_gone_keeps_the_words(sign_in: SignIn) -> None:
    author = make_person()
    comment = make_comment(author=author)
    make_comment(answers=comment)
    with unit_of_work():
        delete_comment(author.actor, comment)
    browser = sign_in(make_person())
    assert "<textarea" not in browser.get(f"/c/{comment.id}/answer").text
    response = browser.post(f"/c/{comment.id}/answer", data={"body": "But I was typing"})
    assert response.status_code == 409
    assert "But I was typing" in response.text


def test_words_are_kept_when_the_comment_has_vanished(sign_in: SignIn) -> None:
    author = make_person()
    comment = make_comment(author=author)
    with unit_of_work():
        delete_comment(author.actor, comment)
    response = sign_in(make_person()).post(f"/c/{comment.id}/answer", data={"body": "But I was typing"})
    assert response.status_code == 404
    assert "But I was typing" in response.text


def test_words_are_kept_and_can_be_sent_again_when_the_database_does_not_answer(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_given: object, **_named: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    comment = make_comment()
    monkeypatch.setattr("blog.discussions.views.comments.post_comment", locked)
    response = sign_in(make_person()).post(
        f"/c/{comment.id}/answer",
        data={"body": "But I was typing", "submission_key": "the-key"},
        headers={"Origin": "http://localhost"},
    )
    assert response.status_code == 503
    assert "But I was typing" in response.text
    assert 'value="the-key"' in response.text
    assert "locked" not in response.text


def test_comment_detail_shows_the_page_and_marks_the_comment(client: FlaskClient) -> None:
    author = make_person()
    root = make_comment(author=author, body="The root of it")
    above = make_comment(answers=root, author=author, body="In between")
    for _number in range(60):
        make_comment(answers=above, author=author)
    leaf = make_comment(answers=above, author=author, body="The leaf")
    page = client.get(f"/c/{leaf.id}").text
    assert "The leaf" in page
    assert re.findall(r'id="comment-(\d+)" aria-current="true"', page) == [str(leaf.id)]
    assert page.index("The root of it") < page.index("In between") < page.index("The leaf")
    assert len(re.findall('<li class="comment ', page)) == 2 + 13
    previous = re.search(r'href="([^"]*)" rel="prev"', page)
    assert previous is not None
    assert f'id="comment-{leaf.id - 13}"' in client.get(unescape(previous[1])).text


def test_comment_detail_shows_a_tombstone_and_nothing_of_what_was_removed(client: FlaskClient) -> None:
    removed = make_comment(author=make_person(name="Secret Author"), body="Secret words")
    answer = make_comment(answers=removed, body="An answer")
    moderator = make_person(role="moderator", name="Mo")
    with unit_of_work():
        remove_comment(moderator.actor, removed, "It named a neighbour.")
    page = client.get(f"/c/{removed.id}")
    assert page.status_code == 200
    assert "Mo removed this comment." in page.text
    assert "It named a neighbour." in page.text
    assert "An answer" in page.text
    for path in (
        f"/c/{removed.id}",
        f"/c/{answer.id}",
        address(removed.thread),
        "/moderation/log",
        "/debates/",
    ):
        assert "Secret" not in client.get(path).text


def faces_in(page: str) -> list[str]:
    """The hue and the letters of each comment's face."""
    return re.findall(
        r'<span class="avatar hue-(\w+" aria-hidden="true">[^<]*)</span>\s*<div class="comment__who">', page
    )


def test_two_who_answer_each_other_have_different_colours(client: FlaskClient) -> None:
    # By their names alone both would have the same.
    dana, eva = make_person(name="Dana Whitlock"), make_person(name="Eva Smit")
    first = make_comment(author=dana)
    second = make_comment(answers=first, author=eva)
    third = make_comment(answers=second, author=dana)
    page = client.get(address(first.thread)).text
    hues = [face.partition('"')[0] for face in faces_in(page)]
    assert hues == [str(hue_of("Dana Whitlock")), hues[1], str(hue_of("Dana Whitlock"))]
    assert hues[1] != hues[0]
    # The line to an answer, and the mark beside “in answer to”, have the colour of whom it leads to.
    assert re.findall(r'comment__hook hue-(\w+)"', page) == [hues[0], hues[1]]
    assert re.findall(r'comment__answers hue-(\w+)"', page) == [hues[0], hues[1]]
    assert [face.partition('"')[0] for face in faces_in(client.get(f"/c/{third.id}").text)] == hues


def test_who_gave_no_name_and_what_is_gone_has_no_colour(client: FlaskClient) -> None:
    thread = make_thread()
    with unit_of_work():
        guest = import_comment(
            thread, external_id="1", parent=None, author_name=None, body="Hm", created_at=thread.created_at
        )
    answer = make_comment(answers=guest, author=make_person(name="Ann Bos"))
    make_comment(answers=answer, author=make_person(name="Bob"))
    moderator = make_person(role="moderator").actor
    with unit_of_work():
        remove_comment(moderator, answer, "Rude.")
    page = client.get(address(thread)).text
    assert faces_in(page) == ['none" aria-hidden="true">?', f'{hue_of("Bob")}" aria-hidden="true">B']
    assert re.findall(r'comment__hook hue-(\w+)"', page) == ["none", "none"]


def lines_of(page: str) -> list[str]:
    """For each comment its level and the lines beside it; + where one begins below it, > where it needs no hook."""
    found: list[str] = []
    for item in re.findall(r'<li class="comment .*?</li>', page, re.DOTALL):
        depth = re.search(r"depth-(\d)", item)
        assert depth is not None
        rails = [
            number + ("*" if narrow else "")
            for number, narrow in re.findall(r"rail-(\d) hue-\w+( comment__rail--narrow)?", item)
        ]
        marks = ("+" if "comment__box--answered" in item else "") + (">" if "comment--next" in item else "")
        found.append(f"{depth[1]}: {' '.join(rails)} {marks}".strip())
    return found


def test_a_line_ends_at_the_last_answer_that_hangs_from_it(client: FlaskClient) -> None:
    root = make_comment()
    first = make_comment(answers=root)
    deeper = make_comment(answers=first)
    make_comment(answers=make_comment(answers=deeper))
    make_comment(answers=first)
    make_comment(answers=root)
    make_comment(thread=root.thread)
    assert lines_of(client.get(address(root.thread)).text) == [
        "0:  +",
        "1: 0 +",
        "2: 0 1 +",
        # The two that follow answer what is right above them, and a phone draws them below each other.
        "3: 0 1 +>",
        "4: 0 1 >",
        "2: 0",
        "1:",
        "0:",
    ]


def test_deep_answers_go_on_straight_down_until_somebody_answers_another_one(client: FlaskClient) -> None:
    comments = [make_comment()]
    for _turn in range(6):
        comments.append(make_comment(answers=comments[-1]))
    make_comment(answers=comments[3])
    assert lines_of(client.get(address(comments[0].thread)).text) == [
        "0:  +",
        "1:  +",
        "2: 1* +",
        "3: 1* +>",
        "4: 3 1* +>",
        "5: 3 1* +>",
        "5: 3 1* >",
        "4:",
    ]


def test_comment_detail_knows_nothing_of_what_has_vanished(client: FlaskClient) -> None:
    author = make_person()
    comment = make_comment(author=author)
    assert client.get(f"/c/{comment.id}").status_code == 200
    with unit_of_work():
        delete_comment(author.actor, comment)
    assert client.get(f"/c/{comment.id}").status_code == 404


def test_comment_edit_changes_the_words(client: FlaskClient, sign_in: SignIn) -> None:
    author = make_person()
    comment = make_comment(author=author, body="First *words*")
    browser = sign_in(author)
    page = browser.get(f"/c/{comment.id}/edit").text
    assert "First *words*" in page
    assert field_value(page, "revision") == "1"
    response = browser.post(f"/c/{comment.id}/edit", data={"body": "Better words", "revision": "1"})
    assert response.headers["Location"] == f"/c/{comment.id}#comment-{comment.id}"
    shown = client.get(f"/c/{comment.id}").text
    assert "Better words" in shown
    assert "edited" in shown
    stale = browser.post(f"/c/{comment.id}/edit", data={"body": "From another window", "revision": "1"})
    assert stale.status_code == 409
    assert "From another window" in stale.text
    empty = browser.post(f"/c/{comment.id}/edit", data={"body": " ", "revision": "2"})
    assert empty.status_code == 422


def test_comment_edit_is_for_its_author_in_time(sign_in: SignIn) -> None:
    author, other = make_person(), make_person(role="admin")
    comment = make_comment(author=author, body="Mine")
    stranger = sign_in(other)
    assert stranger.get(f"/c/{comment.id}/edit").status_code == 403
    assert stranger.post(f"/c/{comment.id}/edit", data={"body": "Yours", "revision": "1"}).status_code == 403
    browser = sign_in(author)
    with time_machine.travel(comment.created_at + timedelta(minutes=16)):
        assert f"/c/{comment.id}/edit" not in browser.get(f"/c/{comment.id}").text
        assert browser.get(f"/c/{comment.id}/edit").status_code == 422
        late = browser.post(f"/c/{comment.id}/edit", data={"body": "Long thought", "revision": "1"})
    assert late.status_code == 422
    assert "Long thought" in late.text
    session.refresh(comment)
    assert comment.body == "Mine"


def test_comment_delete_asks_and_takes_back(client: FlaskClient, sign_in: SignIn) -> None:
    author = make_person()
    root = make_comment(author=author, body="Root words")
    leaf = make_comment(answers=root, author=author, body="Leaf words")
    browser = sign_in(author)
    assert "Root words" in browser.get(f"/c/{root.id}/delete").text
    session.refresh(root)
    assert root.is_published
    first = browser.post(f"/c/{root.id}/delete")
    assert first.headers["Location"] == f"/c/{root.id}#comment-{root.id}"
    page = client.get(address(root.thread)).text
    assert "Root words" not in page
    assert "Leaf words" in page
    assert browser.post(f"/c/{leaf.id}/delete").headers["Location"] == address(root.thread)
    assert browser.post(f"/c/{leaf.id}/delete").headers["Location"] == address(root.thread)
    assert "Leaf words" not in client.get(address(root.thread)).text


def test_comment_delete_is_for_its_author(client: FlaskClient, sign_in: SignIn) -> None:
    comment = make_comment()
    stranger = sign_in(make_person(role="admin"))
    assert stranger.get(f"/c/{comment.id}/delete").status_code == 403
    assert stranger.post(f"/c/{comment.id}/delete").status_code == 403
    assert client.post(f"/c/{comment.id}/delete").status_code == 401
    session.refresh(comment)
    assert comment.is_published


def test_the_thread_stands_under_its_article(client: FlaskClient, sign_in: SignIn) -> None:
    article = make_article(slug="an-article", proposition="So it is.")
    thread = make_thread(article=article, slug="an-article", proposition="So it is.")
    make_comment(thread=thread, body="Under the article")
    page = client.get("/articles/an-article").text
    assert "Under the article" in page
    assert "So it is." in page
    assert address(thread) in page
    assert 'name="submission_key"' not in page
    assert 'name="submission_key"' in sign_in(make_person()).get("/articles/an-article").text


def test_comment_detail_offers_nothing_earlier_on_the_first_page(client: FlaskClient) -> None:
    comment = make_comment(thread=make_thread())
    assert "Earlier comments" not in client.get(f"/c/{comment.id}").text


def test_thread_list_shows_the_liveliest_first(client: FlaskClient) -> None:
    quiet, lively = make_thread(title="Quiet"), make_thread(title="Lively")
    make_thread(title="Hidden", listed=False)
    make_comment(thread=quiet)
    make_comment(thread=lively)
    close(quiet)
    page = client.get("/debates/").text
    assert page.index("Lively") < page.index("Quiet")
    assert "Hidden" not in page
    assert "Closed" in page


def test_a_debate_is_called_by_its_sentence_and_names_its_article_below(client: FlaskClient) -> None:
    article = make_article(title="De prijs", slug="de-prijs", language="nl")
    thread = make_thread(article=article, title="De prijs", proposition="Zwijgen loont.", language="nl")
    comment = make_comment(thread=thread)
    listed = client.get("/debates/").text
    assert f'<a class="teaser__link" href="{address(thread)}">Zwijgen loont.</a>' in listed
    assert '<span>on the article “<bdi lang="nl">De prijs</bdi>”</span>' in listed
    for path in (address(thread), f"/c/{comment.id}"):
        page = client.get(path).text
        assert '<h1 class="page-header__title" lang="nl">Zwijgen loont.</h1>' in page
        assert page.count("Zwijgen loont.</") == 1
        assert (
            '<a href="/articles/de-prijs"><span>The article “<bdi lang="nl">De prijs</bdi>”</span></a>'
            in page
        )


def test_a_debate_without_a_sentence_is_called_by_its_title(client: FlaskClient) -> None:
    thread = make_thread(title="The price")
    listed, page = client.get("/debates/").text, client.get(address(thread)).text
    assert ">The price</a>" in listed
    assert "on the article" not in listed
    assert "no comments yet" in listed
    assert ">The price</h1>" in page
    assert "Read the article" in page


def test_pages_take_a_fixed_number_of_statements(client: FlaskClient, sign_in: SignIn) -> None:
    thread, author = make_thread(), make_person()
    browsers = [client, sign_in(author), sign_in(make_person(role="moderator"))]
    counts: dict[str, list[int]] = {}
    comment = make_comment(thread=thread, author=author)
    for _turn in range(3):
        comment = make_comment(answers=comment, author=author)
        make_comment(thread=thread)
        make_comment(thread=make_thread())
        for number, browser in enumerate(browsers):
            for path in (address(thread), f"/c/{comment.id}", "/debates/"):
                with counted_statements() as statements:
                    assert browser.get(path).status_code == 200
                counts.setdefault(f"{number} {re.sub('[0-9]+', 'n', path)}", []).append(len(statements))
    assert {name: len(set(several)) for name, several in counts.items()} == dict.fromkeys(counts, 1)
    anonymous = {name: several[0] for name, several in counts.items() if name.startswith("0 ")}
    assert anonymous == {"0 /debates/n-thread-n": 3, "0 /c/n": 6, "0 /debates/": 1}


def test_staff_sees_what_moderators_may_do_and_readers_do_not(client: FlaskClient, sign_in: SignIn) -> None:
    comment = make_comment()
    path = address(comment.thread)
    for role, sees in (
        ("moderator", True),
        ("editor", True),
        ("admin", True),
        ("author", False),
        ("reader", False),
    ):
        page = sign_in(make_person(role=role)).get(path).text
        assert (f"/moderation/comments/{comment.id}/remove" in page, "Close debate" in page) == (sees, sees)
    page = client.get(path).text
    assert "/moderation/comments" not in page


def test_what_visitors_see_follows_every_change_at_once(app: Flask, sign_in: SignIn) -> None:
    thread, author = make_thread(), make_person(name="Ann")
    comment = make_comment(thread=thread, author=author, body="The first words.")
    visitor, ann = app.test_client(), sign_in(author)
    moderator = sign_in(make_person(role="moderator"))

    def seen() -> str:
        # Twice: the second time it is not made anew.
        return [visitor.get(address(thread)).text for _turn in range(2)][1]

    assert "The first words." in seen()
    ann.post(f"/c/{comment.id}/edit", data={"body": "Other words.", "revision": "1"})
    assert "Other words." in seen()
    assert "The first words." not in seen()
    ann.post(f"{address(thread).partition('-')[0]}/comments", data={"body": "A second comment."})
    assert "A second comment." in seen()
    moderator.post(f"/moderation/comments/{comment.id}/remove", data={"reason": "Not kind."})
    assert "Other words." not in seen()
    assert "A second comment." in seen()


def test_a_visitor_is_never_shown_what_only_members_may_do(app: Flask, sign_in: SignIn) -> None:
    thread, author = make_thread(), make_person()
    comment = make_comment(thread=thread, author=author)

    for browser in (sign_in(author), app.test_client(), sign_in(author), app.test_client()):
        page = browser.get(address(thread)).text
        assert (f"/c/{comment.id}/edit" in page) == ("/account/sign-in?next=" not in page)
