import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.core.db import session, unit_of_work
from blog.discussions.models import Comment, Thread
from blog.moderation.actions import close_thread, remove_comment, reopen_thread
from blog.moderation.queries import decisions_on
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment, make_thread
from tests.support.queries import counted_statements


def field_value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])


def fresh(thread: Thread) -> Thread:
    session.refresh(thread)
    return thread


def test_it_is_for_moderators_only(client: FlaskClient, sign_in: SignIn) -> None:
    comment = make_comment()
    pages = [
        "/moderation/",
        f"/moderation/threads/{comment.thread_id}",
        f"/moderation/comments/{comment.id}/remove",
    ]
    acts = [
        f"/moderation/threads/{comment.thread_id}/close",
        f"/moderation/threads/{comment.thread_id}/reopen",
        f"/moderation/comments/{comment.id}/remove",
    ]
    for page in pages:
        assert client.get(page).status_code == 302
    for act in acts:
        assert client.post(act, data={"reason": "Because", "seen": "0"}).status_code == 401
    for role, status in (
        ("reader", 403),
        ("author", 403),
        ("moderator", 200),
        ("editor", 200),
        ("admin", 200),
    ):
        browser = sign_in(make_person(role=role))
        assert [browser.get(page).status_code for page in pages] == [status] * 3
        if status == 403:
            assert [browser.post(act, data={"reason": "x", "seen": "0"}).status_code for act in acts] == [
                403
            ] * 3
    assert not fresh(comment.thread).is_closed
    assert decisions_on(comment.thread_id) == []


def test_thread_list_keeps_open_and_closed_apart(sign_in: SignIn) -> None:
    moderator = make_person(role="moderator")
    make_thread(title="Open one")
    closed = make_thread(title="Closed one")
    with unit_of_work():
        close_thread(moderator.actor, closed, reason="Enough.")
    browser = sign_in(moderator)
    shown = {
        mode: [
            title for title in ("Open one", "Closed one") if title in browser.get(f"/moderation/{mode}").text
        ]
        for mode in ("", "?mode=open", "?mode=closed", "?mode=nonsense")
    }
    assert shown == {
        "": ["Open one", "Closed one"],
        "?mode=open": ["Open one"],
        "?mode=closed": ["Closed one"],
        "?mode=nonsense": ["Open one", "Closed one"],
    }


def test_thread_list_leads_through_all_threads(sign_in: SignIn) -> None:
    titles = {f"Title {number}." for number in range(25)}
    for title in titles:
        make_thread(title=title)
    browser = sign_in(make_person(role="moderator"))
    first = browser.get("/moderation/?mode=open").text
    following = re.search(r'href="([^"]*)" rel="next"', first)
    assert following is not None
    second = browser.get(unescape(following[1])).text
    shown = [{title for title in titles if title in page} for page in (first, second)]
    assert [len(several) for several in shown] == [20, 5]
    assert shown[0] | shown[1] == titles


def test_thread_detail_shows_what_was_decided_above_the_comments(sign_in: SignIn) -> None:
    moderator = make_person(role="moderator")
    comment = make_comment(body="The first words")
    for number in range(1, 3):
        with unit_of_work():
            close_thread(moderator.actor, comment.thread, reason=f"Closed, {number}.")
        with unit_of_work():
            reopen_thread(moderator.actor, comment.thread, reason=f"Reopened, {number}.")
    page = sign_in(moderator).get(f"/moderation/threads/{comment.thread_id}").text
    shown = [
        "Reopened, 2.",
        "Closed, 2.",
        "Reopened, 1.",
        "1 earlier decision<",
        "Closed, 1.",
        "The first words",
    ]
    places = [page.index(words) for words in shown]
    assert places == sorted(places)


def test_thread_close_closes_with_a_reason_until_a_moment(client: FlaskClient, sign_in: SignIn) -> None:
    comment = make_comment(body="Still readable")
    browser = sign_in(make_person(role="moderator", name="Mo"))
    path = f"/moderation/threads/{comment.thread_id}"
    seen = field_value(browser.get(path).text, "seen")
    form = {"reason": "Count to <b>ten</b>.", "until": "2099-01-02T12:30", "seen": seen}
    response = browser.post(f"{path}/close", data=form)
    assert response.headers["Location"] == path
    thread = fresh(comment.thread)
    assert (thread.is_closed, thread.mode_until) == (True, datetime(2099, 1, 2, 11, 30, tzinfo=UTC))
    for page in (f"/debates/{thread.id}-{thread.slug}", f"/c/{comment.id}"):
        text = client.get(page).text
        assert "Closed by Mo" in text
        assert "Count to &lt;b&gt;ten&lt;/b&gt;." in text
        assert "2 January 2099 at 12:30" in text
        assert "Still readable" in text
    log = client.get("/moderation/log").text
    assert "Debate closed" in log
    assert "Count to &lt;b&gt;ten&lt;/b&gt;." in log
    page = browser.get(path).text
    assert f"{path}/reopen" in page
    response = browser.post(f"{path}/reopen", data={"reason": "Calm.", "seen": field_value(page, "seen")})
    assert response.status_code == 303
    assert not fresh(comment.thread).is_closed


@pytest.mark.parametrize(
    ("reason", "until", "fault"),
    [
        ("", "", "Give a reason"),
        ("  ", "", "Give a reason"),
        ("x" * 1001, "", "At most 1000 characters"),
        ("Enough.", "2001-01-01T00:00", "This moment has passed"),
        ("Enough.", "0001-01-01T00:00", "Give a year from"),
        ("Enough.", "9999-12-31T23:59", "Give a year from"),
        ("Enough.", "tomorrow", "Not a valid"),
    ],
)
def test_thread_close_says_what_is_wrong_and_keeps_the_words(
    sign_in: SignIn, reason: str, until: str, fault: str
) -> None:
    thread = make_thread()
    browser = sign_in(make_person(role="moderator"))
    response = browser.post(
        f"/moderation/threads/{thread.id}/close", data={"reason": reason, "until": until, "seen": "0"}
    )
    assert response.status_code == 422
    assert fault in response.text
    assert reason.strip() in response.text
    assert not fresh(thread).is_closed


def test_the_second_moderator_is_told_and_keeps_the_words(sign_in: SignIn) -> None:
    thread, first = make_thread(), make_person(role="moderator", name="Mo <b>")
    browser = sign_in(make_person(role="moderator"))
    path = f"/moderation/threads/{thread.id}"
    seen = field_value(browser.get(path).text, "seen")
    with unit_of_work():
        decision = close_thread(first.actor, thread, reason="First <i>.")
    response = browser.post(f"{path}/close", data={"reason": "My own words", "seen": seen})
    assert response.status_code == 409
    assert "Mo &lt;b&gt; closed this debate: First &lt;i&gt;." in response.text
    assert "My own words" in response.text
    assert f"{path}/reopen" in response.text
    assert field_value(response.text, "seen") == str(decision.id)
    assert fresh(thread).mode_reason == "First <i>."
    with unit_of_work():
        reopen_thread(first.actor, thread, reason="Again.")
    stale = browser.post(f"{path}/reopen", data={"reason": "Mine", "seen": str(decision.id)})
    assert stale.status_code == 409
    assert len(decisions_on(thread.id)) == 2


def test_comment_remove_takes_away_with_a_reason(client: FlaskClient, sign_in: SignIn) -> None:
    comment = make_comment(body="Bad words here")
    answer = make_comment(answers=comment, body="An answer")
    browser = sign_in(make_person(role="moderator", name="Mo"))
    path = f"/moderation/comments/{comment.id}/remove"
    page = browser.get(path).text
    assert "Bad words here" in page
    assert browser.post(path, data={"reason": " ", "seen": "1"}).status_code == 422
    response = browser.post(path, data={"reason": "Rude <b>.", "seen": field_value(page, "seen")})
    assert response.headers["Location"] == f"/moderation/threads/{comment.thread_id}"
    shown = client.get(f"/c/{answer.id}").text
    assert "Mo removed this comment." in shown
    assert "Rude &lt;b&gt;." in shown
    assert "An answer" in shown
    for address in (
        f"/c/{answer.id}",
        "/moderation/log",
        f"/debates/{comment.thread_id}-{comment.thread.slug}",
    ):
        assert "Bad words" not in client.get(address).text
    log = client.get("/moderation/log").text
    assert f"/c/{comment.id}" in log
    second = sign_in(make_person(role="editor")).post(path, data={"reason": "Mine", "seen": "1"})
    assert second.status_code == 409
    assert "Mo has removed this comment: Rude &lt;b&gt;." in second.text
    assert len(decisions_on(comment.thread_id)) == 1


def test_comment_remove_knows_nothing_of_what_has_vanished(sign_in: SignIn) -> None:
    comment, moderator = make_comment(), make_person(role="moderator")
    with unit_of_work():
        remove_comment(moderator.actor, comment, reason="Rude.")
    browser = sign_in(moderator)
    assert browser.get(f"/moderation/comments/{comment.id}/remove").status_code == 404
    log = browser.get("/moderation/log").text
    assert "Rude." in log
    assert f"/c/{comment.id}" not in log


def test_the_log_is_public_and_holds_nothing_of_drafts(client: FlaskClient) -> None:
    moderator = make_person(role="moderator", name="Mo")
    hidden = make_comment(thread=make_thread(title="Secret draft"))
    with unit_of_work():
        remove_comment(moderator.actor, session.get_one(Comment, hidden.id), reason="Secret reason")
        hidden.thread.is_listed = False
    assert "Secret" not in client.get("/moderation/log").text
    assert client.get("/moderation/log?after=!").status_code == 422


def test_the_log_leads_through_all_decisions(client: FlaskClient) -> None:
    actor, thread = make_person(role="moderator").actor, make_thread()
    with unit_of_work():
        for number in range(30):
            close_thread(actor, thread, reason=f"Closing {number}.")
            reopen_thread(actor, thread, reason=f"Opening {number}.")
    first = client.get("/moderation/log").text
    following = re.search(r'href="([^"]*)" rel="next"', first)
    assert following is not None
    found = re.findall(r"(?:Clos|Open)ing \d+\.", first + client.get(unescape(following[1])).text)
    assert len(found) == len(set(found)) == 60


def test_pages_take_a_fixed_number_of_statements(sign_in: SignIn) -> None:
    actor = make_person(role="moderator")
    thread = make_thread()
    browser = sign_in(actor)
    counts: dict[str, list[int]] = {}
    for _turn in range(3):
        make_comment(thread=thread)
        make_thread()
        with unit_of_work():
            close_thread(actor.actor, thread, reason="One")
            reopen_thread(actor.actor, thread, reason="Two")
        for path in ("/moderation/", f"/moderation/threads/{thread.id}", "/moderation/log"):
            with counted_statements() as statements:
                assert browser.get(path).status_code == 200
            counts.setdefault(path, []).append(len(statements))
    assert {path: len(set(several)) for path, several in counts.items()} == dict.fromkeys(counts, 1)


def test_with_csrf_on_nothing_is_decided_without_a_token(app: Flask, sign_in: SignIn) -> None:
    comment = make_comment()
    browser = sign_in(make_person(role="moderator"))
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        statuses = [
            browser.post(path, data={"reason": "Because", "seen": seen}).status_code
            for path, seen in (
                (f"/moderation/threads/{comment.thread_id}/close", "0"),
                (f"/moderation/comments/{comment.id}/remove", "1"),
            )
        ]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert statuses == [403, 403]
    assert decisions_on(comment.thread_id) == []
