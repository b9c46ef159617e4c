"""Write first, join after: how somebody whom we do not know comes to stand in a debate under their own name."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.models.people import Person
from blog.accounts.queries import person_by_email
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.discussions.models import Comment, Thread
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment, make_thread

WORDS = "Beste John, ik ben het *niet* eens met jouw stelling."


def test_a_stranger_comments_in_three_steps(app: Flask, client: FlaskClient) -> None:
    thread = make_thread(title="Slechte klanten")
    page = client.get(address(thread))
    assert "Set-Cookie" not in page.headers

    # One: they write.
    asked = client.post(form_action(page.text, "composer"), data={"body": WORDS})
    assert asked.status_code == 200
    assert WORDS in asked.text
    assert "no-store" in asked.headers["Cache-Control"]
    assert comments() == []

    # Two: they say who they are.
    join = f"/debates/{thread.id}/join"
    code_page = client.post(
        join, data={"body": WORDS, "name": "Aylin Demir", "email": "Aylin@Example.org"}, follow_redirects=True
    )
    assert code_page.status_code == 200
    assert "Aylin@example.org" in code_page.text
    assert "<em>niet</em>" in code_page.text
    assert comments() == []
    assert person_by_email("aylin@example.org") is None

    # Three: they type the code.
    posted = client.post(
        code_page.request.path, data={"code": mailed_code("Aylin@example.org")}, follow_redirects=True
    )
    assert posted.status_code == 200
    assert [(comment.body, comment.author_id) for comment in comments()] == [(WORDS, person().id)]
    assert posted.request.path == f"/c/{comments()[0].id}"
    assert "Your comment has been posted. You are signed in." in posted.text
    assert "Aylin Demir" in app.test_client().get(address(thread)).text
    # They are signed in on this browser, and can go on.
    assert 'action="/account/sign-out"' in client.get("/").text


def test_a_stranger_answers_somebody(client: FlaskClient) -> None:
    said = make_comment(body="Er zijn geen slechte klanten.")
    page = client.get(f"/c/{said.id}/answer")
    assert "Set-Cookie" not in page.headers
    asked = client.post(form_action(page.text, "composer"), data={"body": WORDS})
    code_page = join(client, form_action(asked.text, "form"))
    client.post(code_page, data={"code": mailed_code()})
    assert [(comment.body, comment.parent_id) for comment in comments()[1:]] == [(WORDS, said.id)]


def test_the_mail_says_nothing_that_a_stranger_has_typed(client: FlaskClient) -> None:
    thread = make_thread(title="Slechte klanten")
    join(client, f"/debates/{thread.id}/join", name="Buy my pills", body="Visit https://pills.example")
    letter = letters()[0]
    assert letter.is_secret
    assert "Slechte klanten" in letter.text
    assert "pills" not in letter.subject + letter.text
    assert not re.search(r"\d{3} ?\d{3}", letter.subject)


def test_an_account_that_exists_keeps_its_name(client: FlaskClient) -> None:
    thread = make_thread()
    known = make_person(name="Aylin Demir", email="aylin@example.org")
    code_page = join(client, f"/debates/{thread.id}/join", name="Somebody Else")
    client.post(code_page, data={"code": mailed_code()})
    assert [comment.author_id for comment in comments()] == [known.id]
    assert known.name == "Aylin Demir"
    assert len(session.scalars(sa.select(Person)).all()) == 1


def test_who_works_here_does_not_come_in_by_mail_and_loses_no_words(client: FlaskClient) -> None:
    thread = make_thread()
    make_person(name="Eva Smit", email="aylin@example.org", role="editor")
    code_page = join(client, f"/debates/{thread.id}/join")
    refused = client.post(code_page, data={"code": mailed_code()})
    assert refused.status_code == 403
    assert WORDS in refused.text
    assert comments() == []
    assert client.get("/account/").status_code == 302


def test_the_link_in_the_mail_needs_one_button_where_the_code_was_asked_for(client: FlaskClient) -> None:
    thread = make_thread()
    join(client, f"/debates/{thread.id}/join")
    link = mailed_link()
    page = client.get(link)
    assert 'name="code"' not in page.text
    assert comments() == []
    client.post(link)
    assert [comment.body for comment in comments()] == [WORDS]


def test_the_link_in_the_mail_needs_the_code_anywhere_else(app: Flask, client: FlaskClient) -> None:
    thread = make_thread()
    join(client, f"/debates/{thread.id}/join")
    link, phone = mailed_link(), app.test_client()
    for _look in range(3):
        assert phone.get(link).status_code == 200
        assert phone.head(link).status_code == 200
        # What looks at mail for people opens links, and sends forms as they stand.
        assert phone.post(link).status_code == 422
    assert comments() == []
    assert session.scalars(sa.select(Person)).all() == []
    page = phone.get(link)
    assert "<em>niet</em>" in page.text
    phone.post(link, data={"code": mailed_code()})
    assert [comment.body for comment in comments()] == [WORDS]
    assert phone.get("/account/").status_code == 200
    assert client.get("/account/").status_code == 302


def test_a_debate_that_closes_meanwhile_gives_the_words_back(client: FlaskClient) -> None:
    thread = make_thread()
    code_page = join(client, f"/debates/{thread.id}/join")
    thread.mode = "closed"
    session.commit()
    refused = client.post(code_page, data={"code": mailed_code()})
    assert refused.status_code == 409
    assert WORDS in refused.text
    # They are who they said they are, all the same.
    assert client.get("/account/").status_code == 200


def test_a_mistyped_address_is_changed_without_losing_a_word(client: FlaskClient) -> None:
    thread = make_thread()
    code_page = join(client, f"/debates/{thread.id}/join")
    first = mailed_code()
    asked = client.get(way_back(client.get(code_page).text))
    assert asked.status_code == 200
    for typed in (WORDS, 'value="Aylin Demir"', 'value="aylin@example.org"'):
        assert typed in asked.text
    # To look back uses nothing up: the first code still posts what waits for it.
    client.post(code_page, data={"code": first})
    assert [comment.body for comment in comments()] == [WORDS]


def test_what_was_sent_again_to_the_right_address_is_posted_once(app: Flask, client: FlaskClient) -> None:
    thread = make_thread()
    asked = client.get(way_back(client.get(join(client, f"/debates/{thread.id}/join")).text))
    sent = client.post(
        form_action(asked.text, "form"),
        data={"body": WORDS, "name": "Aylin Demir", "email": "aylin@example.net"},
    )
    client.post(sent.location, data={"code": mailed_code("aylin@example.net")})
    assert [(comment.body, comment.author_id) for comment in comments()] == [(WORDS, person().id)]


def test_an_answer_goes_back_to_the_comment_that_it_answers(client: FlaskClient) -> None:
    said = make_comment(body="Er zijn geen slechte klanten.")
    asked = client.get(way_back(client.get(join(client, f"/c/{said.id}/join")).text))
    assert form_action(asked.text, "form") == f"/c/{said.id}/join"


def test_who_looks_back_after_the_debate_has_closed_gets_their_words(client: FlaskClient) -> None:
    thread = make_thread()
    code_page = join(client, f"/debates/{thread.id}/join")
    back = way_back(client.get(code_page).text)
    with unit_of_work():
        thread.mode = "closed"
    given = client.get(back)
    assert given.status_code == 409
    assert WORDS in given.text


def test_who_has_signed_in_meanwhile_looks_back_at_the_form_that_posts_at_once(client: FlaskClient) -> None:
    thread = make_thread()
    back = way_back(client.get(join(client, f"/debates/{thread.id}/join")).text)
    page = join(client, f"/debates/{thread.id}/join", body="Iets anders.")
    client.post(page, data={"code": mailed_code()})
    given = client.get(back)
    assert WORDS in given.text
    assert 'name="email"' not in given.text


def test_a_code_that_was_used_leads_nobody_back(client: FlaskClient) -> None:
    thread = make_thread()
    code_page = join(client, f"/debates/{thread.id}/join")
    back = way_back(client.get(code_page).text)
    client.post(code_page, data={"code": mailed_code()})
    assert WORDS not in client.get(back).text


def test_who_only_signs_in_begins_again_where_one_does(client: FlaskClient) -> None:
    code_page = client.post("/account/sign-in?next=/debates", data={"email": "aylin@example.org"}).location
    assert client.get(way_back(client.get(code_page).text)).location == "/account/sign-in?next=/debates"


def test_the_same_code_posts_once(client: FlaskClient) -> None:
    thread = make_thread()
    code_page = join(client, f"/debates/{thread.id}/join")
    code = mailed_code()
    client.post(code_page, data={"code": code})
    again = client.post(code_page, data={"code": code})
    assert again.status_code == 303
    assert len(comments()) == 1


@pytest.mark.parametrize("wrong", ["000000", "", "abcdef", "12345", "1234567", "ⅷ"])
def test_a_wrong_code_keeps_the_comment_waiting(client: FlaskClient, wrong: str) -> None:
    thread = make_thread()
    code_page = join(client, f"/debates/{thread.id}/join")
    code = mailed_code()
    refused = client.post(code_page, data={"code": wrong if wrong != code else "111111"})
    assert refused.status_code == 422
    assert "<em>niet</em>" in refused.text
    assert comments() == []
    client.post(code_page, data={"code": f" {code[:3]}-{code[3:]} "})
    assert len(comments()) == 1


def test_five_wrong_codes_use_it_up_and_a_new_one_works(client: FlaskClient) -> None:
    thread = make_thread()
    code_page = join(client, f"/debates/{thread.id}/join")
    code = mailed_code()
    wrong = "111111" if code != "111111" else "222222"
    for _try in range(5):
        assert client.post(code_page, data={"code": wrong}).status_code == 422
    assert client.post(code_page, data={"code": code}).status_code == 422
    client.post(f"{code_page}/again")
    client.post(code_page, data={"code": mailed_code()})
    assert len(comments()) == 1


def test_a_code_is_good_for_half_an_hour_and_the_comment_waits_for_a_day(
    app: Flask, client: FlaskClient
) -> None:
    thread = make_thread()
    code_page = join(client, f"/debates/{thread.id}/join")
    code, asked_at = mailed_code(), clock.now()
    with time_machine.travel(asked_at + timedelta(minutes=30), tick=False):
        refused = client.post(code_page, data={"code": code})
        assert refused.status_code == 422
        assert "Ask for a new one." in refused.text
    with time_machine.travel(asked_at + timedelta(hours=23), tick=False):
        client.post(f"{code_page}/again")
        client.post(code_page, data={"code": mailed_code()})
    assert [comment.body for comment in comments()] == [WORDS]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"email": "nobody"}, "Give a mail address like name@example.org."),
        ({"name": ""}, "Fill this in."),
        ({"name": "  "}, "Give a name of 1 to 80 characters."),
        ({"name": "Aylin\u202e"}, "This name holds invisible characters."),
        ({"body": " "}, "Write something first."),
        ({"body": "x" * 10_001}, "At most 10000 characters fit here."),
    ],
)
def test_what_is_not_right_is_told_at_its_field_and_nothing_is_lost(
    client: FlaskClient, typed: dict[str, str], told: str
) -> None:
    thread = make_thread()
    data = {"body": WORDS, "name": "Aylin Demir", "email": "aylin@example.org"} | typed
    refused = client.post(f"/debates/{thread.id}/join", data=data)
    assert refused.status_code == 422
    assert told in refused.text
    for words in data.values():
        assert words.strip() in refused.text
    assert letters() == []


def test_words_from_another_site_are_not_taken_for_a_visitors_own(client: FlaskClient) -> None:
    thread = make_thread()
    refused = client.post(
        f"/debates/{thread.id}/begin", data={"body": WORDS}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert refused.status_code == 403


def test_who_signs_in_meanwhile_posts_the_same_words_at_once(sign_in: SignIn) -> None:
    said = make_comment()
    member = sign_in(make_person())
    for begin, goal in ((f"/debates/{said.thread_id}/begin", "comments"), (f"/c/{said.id}/begin", "answer")):
        page = member.post(begin, data={"body": WORDS})
        assert page.status_code == 200
        assert WORDS in page.text
        assert form_action(page.text, "composer").endswith(goal)
    assert len(comments()) == 1


def test_a_closed_debate_has_no_place_to_write(client: FlaskClient) -> None:
    said = make_comment()
    said.thread.mode = "closed"
    session.commit()
    assert 'id="composer"' not in client.get(address(said.thread)).text
    assert f"/c/{said.id}/answer" not in client.get(address(said.thread)).text
    refused = client.post(f"/debates/{said.thread_id}/begin", data={"body": WORDS})
    assert refused.status_code == 409
    assert WORDS in refused.text


def address(thread: Thread) -> str:
    return f"/debates/{thread.id}-{thread.slug}"


def join(client: FlaskClient, action: str, *, name: str = "Aylin Demir", body: str = WORDS) -> str:
    """The address of the page where the code is typed."""
    sent = client.post(action, data={"body": body, "name": name, "email": "aylin@example.org"})
    assert sent.status_code == 303
    return sent.location


def form_action(page: str, marker: str) -> str:
    found = re.search(rf'<form class="{marker}[^>]*action="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def way_back(page: str) -> str:
    found = re.search(r'href="(/account/code/[^"/]+/begin)"', page)
    assert found is not None
    return found.group(1)


def letters() -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def mailed_code(recipient: str = "aylin@example.org") -> str:
    letter = letters()[-1]
    assert letter.recipient == recipient
    found = re.search(r"\b(\d{3}) (\d{3})\b", letter.text)
    assert found is not None
    return found.group(1) + found.group(2)


def mailed_link() -> str:
    found = re.search(r"http://localhost(/account/code/mailed/\S+)", letters()[-1].text)
    assert found is not None
    return found.group(1)


def comments() -> list[Comment]:
    return list(session.scalars(sa.select(Comment).order_by(Comment.id)))


def person() -> Person:
    return session.scalars(sa.select(Person)).one()


@pytest.mark.parametrize("name", ["Eva Smit", "\u0415va Sm1t", "Moderator", "De redactie"])
def test_a_newcomer_does_not_pass_for_somebody_who_works_here(client: FlaskClient, name: str) -> None:
    thread = make_thread()
    make_person(name="Eva Smit", email="eva@example.org", role="editor")
    # The same for every address: it tells nobody which one an editor has.
    for email in ("aylin@example.org", "eva@example.org"):
        refused = client.post(
            f"/debates/{thread.id}/join", data={"body": WORDS, "name": name, "email": email}
        )
        assert refused.status_code == 422
        assert "this name" in refused.text or "This name is kept" in refused.text
        assert WORDS in refused.text
    assert letters() == []


def test_a_name_is_as_long_as_what_its_signs_stand_for(client: FlaskClient) -> None:
    thread = make_thread()
    refused = client.post(
        f"/debates/{thread.id}/join",
        data={"body": WORDS, "name": "\ufdfa" * 80, "email": "aylin@example.org"},
    )
    assert refused.status_code == 422
    assert "Give a name of 1 to 80 characters." in refused.text
    assert letters() == []


def test_a_name_that_somebody_here_has_got_meanwhile_is_asked_for_again(client: FlaskClient) -> None:
    thread = make_thread()
    code_page = join(client, f"/debates/{thread.id}/join")
    make_person(name="Aylin Demir", email="other@example.org", role="editor")
    asked = client.post(code_page, data={"code": mailed_code()})
    assert (asked.status_code, asked.location) == (303, "/account/introduce")
    assert client.post("/account/introduce", data={"name": "Aylin Demir"}).status_code == 422
    client.post("/account/introduce", data={"name": "Aylin Demir uit Breda"})
    assert [comment.body for comment in comments()] == [WORDS]
    joined = person_by_email("aylin@example.org")
    assert joined is not None
    assert joined.name == "Aylin Demir uit Breda"
