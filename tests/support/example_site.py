"""A site with something of everything: the demo, and beside it the states that take weeks to come about."""

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from pyotp.totp import TOTP

from blog.accounts.actions.erasing import ask_for_erasure
from blog.accounts.actions.factors import app_secret_of, turn_app_on
from blog.accounts.actions.invitations import invite, revoke_invitation
from blog.accounts.actions.notes import note_about
from blog.accounts.actions.people import create_person
from blog.accounts.actions.profile import change_profile, choose_picture
from blog.accounts.actions.providers import known_person, link
from blog.accounts.actions.sessions import start_session
from blog.accounts.events import ErasureAsked, InvitationMailed
from blog.accounts.holdings import CommentsFate
from blog.accounts.models.people import Person
from blog.accounts.openid.provider import Arrival
from blog.accounts.queries import person_by_email
from blog.accounts.values import SignInMethod
from blog.articles.actions import save_article, write_article
from blog.articles.models import Article
from blog.articles.queries import article_by_slug
from blog.articles.values import ArticleText
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import open_challenge, schedule_challenge
from blog.challenges.actions.endings import cancel_challenge
from blog.challenges.actions.entries import note_words
from blog.challenges.actions.pictures import keep_picture
from blog.challenges.actions.prizes import mark_declined, mark_sent
from blog.challenges.actions.terms import decide_terms
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.actions.witness import keep_stamp
from blog.challenges.ledger.timestamps import request_timestamp
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.proofs import newest_checkpoint
from blog.challenges.queries.challenges import challenge_by_slug
from blog.challenges.queries.entries import entry_numbered
from blog.challenges.terms import words_of
from blog.challenges.values import ChallengeStatus, Ineligible, Judgement, PrizeWords
from blog.challenges.witnessing import make_checkpoints
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.pictures import square_picture, whole_picture
from blog.core.storage import current_storage
from blog.discussions.actions import import_comment, thread_for_article
from blog.discussions.models import Comment, Thread
from blog.discussions.values import CommentStatus
from blog.home.demo.building import CLOSED_ARTICLE, JUDGED_CHALLENGE, build_demo
from blog.mailroom.forgetting import forget_deliveries
from blog.mailroom.models import OutboxMessage, ReadMessage
from blog.mailroom.refusals import count_refusal, write_refusals
from blog.mailroom.values import Door, RefusalReason
from blog.transfer.actions import import_articles, import_comments
from blog.transfer.comments_file import read_comments_file
from blog.transfer.front_matter import read_article_file
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_confirmation, make_entry, token_of
from tests.factories.discussions import make_comment
from tests.factories.mailroom import make_mail, make_sender_check
from tests.flows.story import ARTICLE, COMMENTS
from tests.support.events import heard
from tests.support.jobs import run_due_jobs
from tests.support.lying_provider import Answer, lying_provider
from tests.support.pages import NEWCOMER_EMAIL, SECURED_EMAIL, SECURED_PASSWORD
from tests.support.picture_files import jpeg
from tests.support.prizes import claim
from tests.support.running_site import Site, running_site
from tests.support.sign_in import browser_of
from tests.support.timestamp_authority import AuthorityFiles, timestamp_authority

STORY_ARTICLE = "luisteren-is-geen-wachten"
STORY_CHALLENGE = "luistervraag"
_LONG_THREAD = 40
# A mail with two versions of itself.
_LETTER = b"""\
From: Fatima el Idrissi <fatima@example.org>
Subject: De eerste zin
Content-Type: multipart/alternative; boundary="x"

--x
Content-Type: text/plain; charset=utf-8

waarvoor is die minuut genoeg
--x
Content-Type: text/html; charset=utf-8

<h2>Mijn antwoord</h2><p><b>waarvoor</b> is die minuut <i>genoeg</i></p>
<table><tr><td>een</td><td>twee</td></tr></table><p>Fatima el Idrissi</p>
--x--
"""
_DRAFT = """\
Wie een vraag stelt, weet meer dan wie een antwoord geeft.

## Wat je hoort

> Ik denk er nog over na.

Dat is geen nee.
"""
_DOUBTFUL_MAIL = (
    "From: Wilhelmina van Oranje-Nassau tot Lippe-Biesterfeld <wilhelmina@voorbeeldredactie.example.org>\r\n"
    "Subject: Een vraag\r\n"
    "Content-Type: text/html\r\n\r\n"
    "<p>Waar kan ik de uitslag van de vorige keer lezen?</p>\r\n"
    "<p style='display:none'>Café</p>\r\n"
).encode("latin-1")


@contextmanager
def running_example(folder: Path) -> Generator[Site]:
    """A site to fill, whose people may come from a provider, too. Who is sent there stays where they are."""
    with lying_provider(RSAKey.generate_key(2048, {"kid": "one"})) as provider:
        provider.instead["/auth"] = lambda: Answer(204)
        here = provider.settings
        settings = {
            "OIDC_ISSUER": here.issuer,
            "OIDC_CLIENT_ID": here.client_id,
            "OIDC_CLIENT_SECRET": here.client_secret,
            "OIDC_NAME": here.name,
            "OIDC_TRUST_EMAIL": "1",
        }
        with running_site(folder, with_mail=False, more=settings) as site:
            yield site


def fill(app: Flask) -> Mapping[str, str]:
    """Fill an empty site. Returns what the addresses of `tests.support.pages` need, by name."""
    with app.app_context():
        build_demo()
        places = {
            "open_challenge": JUDGED_CHALLENGE,
            **publish_the_story(),
            **let_a_challenge_be_judged(),
            **let_winners_be_verified(),
            **promise_prizes(),
            **write_a_draft(),
            **argue_at_length(),
            **let_a_reader_speak(),
            **invite_somebody(),
            **let_a_reader_be_known(),
            **look_up(),
            **let_somebody_leave(),
            **come_from_elsewhere(),
            **take_mail_in(),
        }
        let_ledgers_be_seen()
        session.remove()
    return places


def session_cookie(app: Flask, email: str) -> str:
    """The cookie of somebody who is signed in, or of whom the provider has sent here and who has no name yet."""
    with app.app_context():
        browser = _newcomer(app) if email == NEWCOMER_EMAIL else browser_of(app, _person(email))
        cookie = browser.get_cookie("session")
        session.remove()
    assert cookie is not None
    return cookie.value


def publish_the_story() -> dict[str, str]:
    """The article of the story with its debate; its challenge has been judged and announced."""
    zone = ZoneInfo(current_settings().time_zone)
    editor = _person("editor@example.org").actor
    with unit_of_work():
        file = read_article_file("story.md", ARTICLE.encode(), language="nl", zone=zone)
        import_articles([file], by=editor, publish=True)
        import_comments(read_comments_file("story.json", json.dumps(COMMENTS).encode(), zone=zone))
    challenge = _challenge(STORY_CHALLENGE)
    now = clock.now()
    with unit_of_work():
        challenge.opens_at = now - timedelta(days=6)
    make_entry(
        challenge,
        from_name="Anja Bos",
        text="Mag ik u wat korting geven?",
        received_at=now - timedelta(days=5, hours=22, minutes=51, seconds=38),
    )
    won = make_entry(
        challenge,
        from_name="Bram de Groot",
        text="Waar moet u nog over nadenken?",
        received_at=now - timedelta(days=5, hours=3, minutes=14, seconds=7),
    )
    make_entry(
        challenge,
        from_name="Dirk Kok",
        why_not=Ineligible.AUTOMATIC,
        received_at=now - timedelta(days=5, hours=3, minutes=13, seconds=59),
    )
    other = make_entry(
        challenge,
        from_name="Chantal Vos",
        text="Wat houdt u nog tegen?",
        received_at=now - timedelta(days=1, hours=15, minutes=40, seconds=22),
    )
    for number, judgement in ((1, Judgement.INCORRECT), (2, Judgement.CORRECT), (4, Judgement.CORRECT)):
        entry = entry_numbered(challenge, number)
        assert entry is not None
        with unit_of_work():
            judge_entry(editor, entry, judgement, "Vanwege de vraag.")
    with unit_of_work():
        announce_winner(editor, challenge)
    claim(won, address="Bram de Groot\nDiezerkade 1\n8021 CW Zwolle")
    run_due_jobs()
    return {
        "article": STORY_ARTICLE,
        "published": str(_article(STORY_ARTICLE).id),
        "announced_challenge": STORY_CHALLENGE,
        "winning_receipt": token_of(won),
        "receipt": token_of(other),
    }


def let_a_challenge_be_judged() -> dict[str, str]:
    """A challenge that takes no more answers and has some to judge, and one that is not open yet."""
    now = clock.now()
    judging = make_challenge(
        slug="eerste-zin",
        title="De eerste zin",
        question_html="<p>Een klant neemt op met: “Ik heb maar één minuut.” <strong>Wat zeg je?</strong></p>",
        prize="Een middag meelopen",
        language="nl",
        status=ChallengeStatus.CLOSED,
        opens_at=now - timedelta(days=8),
        closes_at=now - timedelta(hours=2),
    )
    for name, text, ago in (
        (
            "Fatima el Idrissi",
            "Dan is dit de verkeerde minuut. Wanneer heeft u er vijf?",
            timedelta(days=3, hours=1, minutes=8, seconds=50),
        ),
        (
            "Wilhelmina van Oranje-Nassau tot Lippe-Biesterfeld",
            "Waarvoor is die minuut genoeg?",
            timedelta(hours=2, minutes=6, seconds=13),
        ),
    ):
        asked = make_entry(judging, from_name=name, text=text, received_at=now - ago)
    make_confirmation(asked)
    again = make_entry(
        judging,
        from_name="Fatima el Idrissi",
        text="waarvoor is die minuut genoeg?",
        received_at=now - timedelta(hours=2, minutes=4, seconds=2),
        raw=_LETTER,
    )
    with unit_of_work():
        session.get_one(Challenge, judging.id).rubric = [
            {"code": "asks", "words": "Het is een vraag terug"},
            {"code": "kind", "words": "De klant voelt zich gehoord, en niet weggestuurd"},
        ]
        for entry in (asked, again):
            note_words(session.get_one(Entry, entry.id), session.get_one(ReadMessage, entry.delivery_id))
    _let_two_differ(now)
    make_challenge(
        slug="laatste-woord", title="Het laatste woord", language="nl", status=ChallengeStatus.DRAFT
    )
    return {
        "judging_challenge": judging.slug,
        "two_judges": "met-twee-oordelen",
        "draft_challenge": "laatste-woord",
        "asked_receipt": token_of(asked),
    }


def let_winners_be_verified() -> dict[str, str]:
    """A challenge with three prizes: one is sent, one has still to be claimed, and one has come back."""
    now = clock.now()
    challenge = make_challenge(
        slug="derde-vraag",
        title="De derde vraag",
        question_html="<p>Een klant zegt: “Dat doen wij al.” <strong>Wat vraag je?</strong></p>",
        prize="Een dag training",
        language="nl",
        opens_at=now - timedelta(days=30),
    )
    editor = _person("editor@example.org").actor
    with unit_of_work():
        for rank, title in enumerate(("Een dag training", "Een middag meelopen", "Een boek"), start=1):
            session.add(Prize(challenge_id=challenge.id, rank=rank, title=title))
    entries = [
        make_entry(
            challenge, from_name=name, text="Hoe bevalt dat?", received_at=now - timedelta(days=29 - day)
        )
        for day, name in enumerate(("Gerda Smit", "Hans Mulder", "Ineke Visser", "Jan Kuiper"))
    ]
    for entry in entries[:3]:
        with unit_of_work():
            judge_entry(editor, entry, Judgement.CORRECT, "Vanwege de vraag.")
    with unit_of_work():
        announce_winner(editor, challenge)
    claim(entries[0], name="Gerda S.", address="Gerda Smit\nOudegracht 100\n3511 AB Utrecht")
    with unit_of_work():
        mark_sent(editor, challenge, 1, "3SABCD0123456789")
    with unit_of_work():
        mark_declined(editor, challenge, 3, "Schreef dat er al zo’n boek in huis is.")
    return {"verified_challenge": challenge.slug, "told_receipt": token_of(entries[1])}


def _let_two_differ(now: datetime) -> None:
    """A challenge on which two have to agree: they differ on its first entry, and one has judged its second."""
    challenge = make_challenge(
        slug="met-twee-oordelen",
        title="Met twee oordelen",
        question_html="<p>Wat is de <strong>tweede</strong> vraag?</p>",
        language="nl",
        opens_at=now - timedelta(days=2),
    )
    with unit_of_work():
        session.get_one(Challenge, challenge.id).judges = 2
    entries = [make_entry(challenge, text=text) for text in ("Waarom nu?", "En dan?", "Wat nog meer?")]
    judges = [make_person(name=name, role="editor").actor for name in ("Ine de Wit", "Koos Blom")]
    said = [
        (0, 0, Judgement.CORRECT, "Een open vraag, en kort."),
        (1, 0, Judgement.INCORRECT, "Het is een waaromvraag."),
        (0, 1, Judgement.CORRECT, ""),
    ]
    for judge, number, judgement, reason in said:
        with unit_of_work():
            judge_entry(judges[judge], session.get_one(Entry, entries[number].id), judgement, reason)


def promise_prizes() -> dict[str, str]:
    """A challenge with pictures of its prizes, which was amended; one that opens by itself; one that was called off."""
    editor = _person("editor@example.org").actor
    now = clock.now()
    pictures = [
        whole_picture(jpeg(size, colour=colour))
        for size, colour in (((400, 600), "maroon"), ((800, 450), "navy"))
    ]
    with unit_of_work():
        for picture in pictures:
            keep_picture(picture, current_storage())
    made: list[Challenge] = []
    for slug, title in (
        ("drie-prijzen", "Drie keer nee"),
        ("volgende-week", "De vraag van volgende week"),
        ("toch-niet", "Toch niet"),
    ):
        challenge = make_challenge(
            slug=slug,
            title=title,
            question_html="<p>Een klant zegt drie keer nee. <strong>Wat vraag je na de derde keer?</strong></p>",
            prize="Het boek “De kunst van het vragen”",
            language="nl",
            status=ChallengeStatus.DRAFT,
        )
        prizes = [
            PrizeWords(
                challenge.prize, 2495, pictures[0].digest, "Het omslag van het boek: een rood vraagteken"
            ),
            PrizeWords(
                "Een middag meelopen met de redactie", None, pictures[1].digest, "De redactie aan het werk"
            ),
            PrizeWords("Een jaar lang de krant", 29_900),
        ]
        terms = replace(words_of(challenge), prizes=prizes, closes_at=now + timedelta(days=30), attempts=3)
        with unit_of_work():
            decide_terms(editor, challenge, terms)
        made.append(challenge)
    prized, planned, cancelled = made
    with unit_of_work():
        open_challenge(editor, prized)
        open_challenge(editor, cancelled)
        schedule_challenge(editor, planned, now + timedelta(days=7))
    make_entry(prized)
    better = replace(words_of(prized), judges=2, closes_at=now + timedelta(minutes=41))
    with unit_of_work():
        reason = "Twee mensen zien meer dan één, en er kwamen meer antwoorden binnen dan we hadden gedacht."
        decide_terms(editor, prized, better, reason=reason)
        cancel_challenge(
            editor, cancelled, "Het antwoord stond een dag eerder in de krant. Er komt een nieuwe vraag."
        )
    return {
        "prized_challenge": prized.slug,
        "planned_challenge": planned.slug,
        "cancelled_challenge": cancelled.slug,
    }


def write_a_draft() -> dict[str, str]:
    """An article that is being written, with an earlier version."""
    editor = _person("editor@example.org").actor
    text = ArticleText("Een vraag is geen zwakte", "een-vraag-is-geen-zwakte", _DRAFT, "nl", tags=("vragen",))
    with unit_of_work():
        article = write_article(text, by=editor)
    longer = ArticleText(text.title, text.slug, _DRAFT + "\nHet is een vraag.\n", "nl", tags=text.tags)
    with unit_of_work():
        save_article(article, longer, version=1, by=editor)
    return {"draft": str(article.id)}


def argue_at_length() -> dict[str, str]:
    """A debate of many comments, some of them deep."""
    article = make_article(
        slug="who-owns-the-silence",
        title="Who owns the silence after a question?",
        proposition="Whoever asked must be able to bear it.",
        author=_person("author@example.org"),
    )
    with unit_of_work():
        thread = thread_for_article(article)
        said: list[Comment] = []
        for number in range(_LONG_THREAD):
            said.append(_say(thread, number, _parent(said)))
    return {"long_thread": f"{thread.id}-{thread.slug}"}


def let_a_reader_speak() -> dict[str, str]:
    """A comment of the reader's own, which they may change and take back."""
    thread = session.scalars(sa.select(Thread).where(Thread.slug == STORY_ARTICLE)).one()
    comment = make_comment(
        thread=thread, author=_person("reader@example.org"), body="Ik tel voortaan **tot drie**."
    )
    return {"own_comment": str(comment.id)}


def invite_somebody() -> dict[str, str]:
    """Two invitations, one of them taken back, and a person with a note and a browser."""
    admin, reader = _person("admin@example.org"), _person("reader@example.org")
    with heard(InvitationMailed) as mailed, unit_of_work():
        address = "wilhelmina.van-oranje-nassau@voorbeeldredactie.example.org"
        invite(admin.actor, address, ["editor", "moderator"], language="nl", source="127.0.0.1")
    with unit_of_work():
        gone = invite(admin.actor, "bo@example.org", ["author"], language="nl", source="127.0.0.1")
    with unit_of_work():
        revoke_invitation(admin.actor, gone)
    with unit_of_work():
        note_about(admin.actor, reader, "Belde over twee accounts.\nBeide zijn van haar.")
    with unit_of_work():
        start_session(
            reader,
            "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
            SignInMethod.PASSWORD,
        )
    return {"person": str(reader.id), "invitation": mailed[0].token}


def let_a_reader_be_known() -> dict[str, str]:
    """The reader has a picture, a few words and an old name; another one has nothing but a name."""
    reader = _person("reader@example.org")
    with unit_of_work():
        choose_picture(reader, square_picture(jpeg()), current_storage())
    bio = "Verkoopt **verzekeringen** aan de keukentafel, en luistert pas sinds twee jaar. https://example.org/keukentafel"
    with unit_of_work():
        change_profile(reader, name="Sander de Vos", handle="sandervos", bio=bio)
    return {"reader": reader.handle, "quiet_reader": _person("reader2@example.org").handle}


def let_somebody_leave() -> dict[str, str]:
    """A reader who has asked to be erased, an answer whose sender is gone, and somebody with a second factor."""
    leaver = _person("reader2@example.org")
    with heard(ErasureAsked) as asked, unit_of_work():
        ask_for_erasure(leaver, CommentsFate.KEEP, leaver.actor)
    first = entry_numbered(_challenge("eerste-zin"), 1)
    assert first is not None
    with unit_of_work():
        first.eligible, first.why_not = False, Ineligible.WITHDRAWN
        session.flush()
        forget_deliveries([first.delivery_id])
    with unit_of_work():
        secured = create_person(SECURED_EMAIL, "Sem de Jong", password=SECURED_PASSWORD)
        code = TOTP(app_secret_of(secured, "salt")).at(clock.now())
        turn_app_on(secured, "salt", code, keep_session=None)
    return {"keep": asked[0].token}


def come_from_elsewhere() -> dict[str, str]:
    """The moderator has an account at the provider, and has come in by it."""
    provider = current_settings().provider
    assert provider is not None
    known_as = Arrival(provider.issuer, "moderator", "mila@sso.example.org", is_verified=True, name=None)
    with unit_of_work():
        link(_person("moderator@example.org"), known_as)
        known_person(known_as)
    return {"provider": provider.issuer}


def take_mail_in() -> dict[str, str]:
    """Mail by several doors that became several things, some of it doubtful, twice there, or gone; and some refused."""
    now = clock.now()
    doubtful = make_mail(
        raw=_DOUBTFUL_MAIL,
        received_at=now - timedelta(hours=1, minutes=58, seconds=17),
        envelope_sender="bounces+fe-41@verzendlijst.voorbeeldredactie.example.org",
        from_name="Wilhelmina van Oranje-Nassau tot Lippe-Biesterfeld",
        from_address="wilhelmina@voorbeeldredactie.example.org",
        message_id="<20261123.c0ffee.41@verzendlijst.voorbeeldredactie.example.org>",
        subject="Vraag over " + "de_uitslag_van_de_vorige_keer_" * 5,
        text="Waar kan ik de uitslag van de vorige keer lezen?\n",
        elided="> Dank voor je inzending.\n",
        defects=["html-only", "hidden-text", "undeclared-charset"],
        attachments=[
            {"name": "vraag.pdf", "type": "application/pdf", "size": 48_213, "sha256": "5d" * 32},
            {"name": "", "type": "application/ms-tnef", "size": 1_204, "sha256": "e1" * 32},
        ],
        parser_version=0,
    )
    check = make_sender_check(doubtful, "unaligned")
    with unit_of_work():
        check.results = {
            "spf": {"result": "softfail", "domain": "voorbeeldredactie.example.org", "scope": "mailfrom"},
            "dkim": [
                {"result": "fail", "domain": "voorbeeldredactie.example.org", "selector": "nov26"},
                {"result": "pass", "domain": "verzendlijst.example.net", "selector": "s1"},
            ],
            "dmarc": {
                "result": "fail",
                "organizational_domain": "example.org",
                "policy": "none",
                "adkim": "r",
            },
            "why": ["signed-by-others", "sent-from-elsewhere"],
        }
    gone = make_mail(
        received_at=now - timedelta(minutes=57), door=Door.PIPE, kind="bounce", envelope_sender=""
    )
    with unit_of_work():
        forget_deliveries([gone.id])
    make_mail(
        door=Door.PIPE,
        kind="automatic",
        automatic_reason="auto-submitted",
        envelope_sender="",
        received_at=now - timedelta(minutes=56),
    )
    make_mail(received_at=now - timedelta(minutes=41), duplicate_of_id=doubtful.id)
    make_mail(readable=False, text="", defects=["too-deep"], received_at=now - timedelta(minutes=12))
    make_mail(
        route="loopback", recipient="loopback.a.b@answers.example.org", envelope_sender="", kind="automatic"
    )
    make_mail(is_read=False)
    for why, total in ((RefusalReason.NO_SUCH_ADDRESS, 1204), (RefusalReason.TOO_LARGE, 2)):
        for _ in range(total):
            count_refusal(Door.SMTP, why)
    write_refusals()
    return {"mail": str(doubtful.id), "forgotten_mail": str(gone.id)}


def let_ledgers_be_seen() -> None:
    """All ledgers are signed, and an authority has stamped one of the story: whoever checks it finds it right."""
    make_checkpoints({})
    newest = newest_checkpoint(_challenge(STORY_CHALLENGE).id)
    assert newest is not None
    with TemporaryDirectory() as folder:
        files = AuthorityFiles(Path(folder))
        with timestamp_authority(files) as authority:
            stamp = request_timestamp(authority.url, sha256(newest.note.encode()).digest(), ca=files.root)
    with unit_of_work():
        keep_stamp(newest, "zeitstempel.example.org", stamp)
    make_checkpoints({})


def look_up() -> dict[str, str]:
    """What the demo has made, by its numbers."""
    threads = {
        slug: f"{number}-{slug}" for number, slug in session.execute(sa.select(Thread.id, Thread.slug))
    }
    closed = threads[CLOSED_ARTICLE]
    story = threads[STORY_ARTICLE]
    answers = sa.select(Comment.id).join(Thread).where(Thread.slug == STORY_ARTICLE)
    numbers = session.scalars(answers.order_by(Comment.depth.desc(), Comment.id)).all()
    removed = sa.select(sa.func.min(Comment.id)).where(Comment.status == CommentStatus.REMOVED)
    article = _article(STORY_ARTICLE)
    judged = _challenge(JUDGED_CHALLENGE).article
    assert judged is not None
    return {
        "open_article": judged.slug,
        "closed_thread": closed,
        "thread": story,
        "thread_number": story.partition("-")[0],
        "comment": str(numbers[0]),
        "removed_comment": str(session.scalars(removed).one()),
        "published": str(article.id),
        "message": str(session.scalars(sa.select(sa.func.min(OutboxMessage.id))).one()),
    }


def _newcomer(app: Flask) -> FlaskClient:
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["provider_arrived"] = {
            "subject": "newcomer",
            "email": NEWCOMER_EMAIL,
            "goal": "/",
            "language": "en",
            "at": clock.now().timestamp(),
        }
    return browser


def _say(thread: Thread, number: int, parent: Comment | None) -> Comment:
    names = ("Ama Boateng", "Łukasz Wójcik", "Zoë van der Meer", "Anne-Marie Vanderstraeten-De Wilde", None)
    return import_comment(
        thread,
        external_id=f"long-{number}",
        parent=parent,
        author_name=names[number % len(names)],
        body=" ".join(_sentences(number)),
        created_at=clock.now() - timedelta(hours=_LONG_THREAD - number),
    )


def _parent(said: Sequence[Comment]) -> Comment | None:
    """Whom the next comment answers: of each seven one begins, some answer it, some go on from the one before."""
    place = len(said) % 7
    if place == 0:
        return None
    return said[-1] if place in {3, 4, 5} else said[-place]


def _sentences(number: int) -> Iterator[str]:
    all_of_them = (
        "Silence is the only question that nobody can answer with a brochure.",
        "I count to three, and on two they start to talk.",
        "That works on the phone; across a table it feels like a trick.",
        "Who says that it is a trick has never been asked something worth thinking about.",
        "My best year was the one in which I stopped filling pauses.",
    )
    for step in range(1 + number % 4):
        yield all_of_them[(number + step) % len(all_of_them)]


def _person(email: str) -> Person:
    person = person_by_email(email)
    assert person is not None
    return person


def _article(slug: str) -> Article:
    article = article_by_slug(slug)
    assert article is not None
    return article


def _challenge(slug: str) -> Challenge:
    challenge = challenge_by_slug(slug)
    assert challenge is not None
    return challenge
