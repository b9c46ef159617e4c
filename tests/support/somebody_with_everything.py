"""Somebody of whom every table holds something, and what a person reads of each of them."""

from collections.abc import Mapping
from datetime import timedelta

from blog.accounts.actions.audit import Subject, Who, write_down
from blog.accounts.actions.profile import choose_picture
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.factors import CodeApp, Passkey, RecoveryCode
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import FormerAddress, FormerHandle, FormerName, Person, PersonRole
from blog.accounts.models.sign_in import BrowserSession, SignInFailure
from blog.accounts.values import AuditDoor, mailbox_of
from blog.articles.actions import save_article, write_article
from blog.articles.values import ArticleText
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.disqualifying import disqualify
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.challenges import Amendment
from blog.challenges.values import Judgement
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.lookalikes import look
from blog.core.pictures import square_picture
from blog.core.storage import current_storage
from blog.discussions.actions import delete_comment, edit_comment
from blog.discussions.models import Comment
from blog.discussions.values import WAITING_COMMENT
from blog.moderation.actions import close_thread, remove_comment
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_confirmation, make_entry
from tests.factories.discussions import make_comment, make_thread
from tests.factories.mailroom import make_outbox_message, make_sender_check
from tests.support.picture_files import jpeg
from tests.support.prizes import claim

EMAIL = "anna@example.org"
NETWORK = "198.51.100.5"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
DAY = timedelta(days=1)
# What an English reader finds in the file, by the table that holds it.
WORDS_OF: Mapping[str, str] = {
    "person": "Sells nothing before noon.",
    "person_role": "moderator since",
    "former_name": "Anna Bakker, until",
    "former_handle": "@annabakker, until",
    "former_address": "bakker@example.org, until",
    "browser_session": "Firefox on Linux",
    "mailed_code": "Words that waited for a code.",
    "code_mail": "Codes and invitations that were asked for",
    "wrong_code": "Wrong codes that were typed for your address",
    "sign_in_failure": "Wrong passwords and second steps",
    "code_app": "An app that gives codes",
    "recovery_code": "7 recovery codes left",
    "passkey": "The passkey “Phone”",
    "provider_link": "anna@sso.example.net",
    "invitation": "By you, to newcomer@example.net",
    "person_note": "Called twice, and was kind.",
    "audit_record": "Signed out from elsewhere",
    "audit_source": f"network {NETWORK}",
    "erasure": "The account is erased",
    "article": "Listening is not waiting",
    "article_revision": "version 2",
    "comment": "A comment with <strong>weight</strong>.",
    "comment_revision": "A comment without weight.",
    "thread": "It went round in circles.",
    "entry": "entry 1",
    "verdict": "Word for word what was asked.",
    "disqualification": "It was said before, word for word.",
    "amendment": "It was clearer like this.",
    "award": "Kade 1",
    "award_step": "told that they have won, on",
    "entry_confirmation": "Confirmed with the code",
    "sender_check": "proven by the domain",
    "delivery": "files/delivery-",
    "read_message": "What do you want to think about?",
    "outbox_message": "Your entry has number 1.",
    "decision": "It was about somebody, and not about something.",
}


def make_somebody_with_everything(
    *, language: str | None = "en", time_zone: str | None = None, staff: bool = True
) -> Person:
    """Anna, who writes, answers, works here and leaves."""
    since = clock.now() - 90 * DAY
    anna = make_person(name="Anna de Vries", email=EMAIL, password_hash="a hash", language=language)
    with unit_of_work():
        anna.handle, anna.time_zone, anna.created_at = "annadevries", time_zone, since
        anna.bio = "Sells nothing before noon.\n\nReads **everything** twice."
    with unit_of_work():
        choose_picture(anna, square_picture(jpeg()), current_storage())
    _what_she_was(anna)
    _how_she_comes_in(anna)
    _what_she_said(anna)
    _what_she_mailed(anna)
    # After she has won: nobody who works here does.
    with unit_of_work():
        session.add_all(PersonRole(person_id=anna.id, role=role) for role in ("moderator", "editor") if staff)
    _what_others_did(anna)
    if staff:
        _what_she_did_here(anna)
    return anna


def _what_she_was(anna: Person) -> None:
    left = clock.now() - 30 * DAY
    with unit_of_work():
        session.add(FormerName(person_id=anna.id, name="Anna Bakker", until=left))
        session.add(
            FormerHandle(person_id=anna.id, handle="annabakker", handle_key=look("annabakker"), left_at=left)
        )
        address = "bakker@example.org"
        session.add(FormerAddress(person_id=anna.id, email=address, email_key=address, until=left))


def _how_she_comes_in(anna: Person) -> None:
    now, hour = clock.now(), timedelta(hours=1)
    thread = make_thread(title="Who owns the silence?")
    waiting = {
        "thread_id": thread.id,
        "answers_id": None,
        "body": "Words that waited for a code.",
        "submission_key": "k",
    }
    code = MailedCode(
        email=EMAIL,
        email_key=EMAIL,
        name="Anna de V.",
        language="en",
        goal=f"/debates/{thread.id}",
        act=WAITING_COMMENT,
        act_data=waiting,
        ask_digest="a",
        link_digest="b",
        code_mac="c",
        wrong_tries=1,
        created_at=now - hour,
        expires_at=now,
        used_at=now - hour,
        person_id=anna.id,
    )
    browser = BrowserSession(
        person_id=anna.id,
        token_digest="d",
        user_agent=FIREFOX,
        method="password",
        proved_at=now - hour,
        created_at=now - hour,
        seen_at=now,
        expires_at=now + DAY,
    )
    key = Passkey(
        person_id=anna.id,
        credential_id="e",
        user_handle="f",
        public_key=b"g",
        sign_count=3,
        name="Phone",
        created_at=now - hour,
    )
    link = ProviderLink(
        person_id=anna.id,
        issuer="https://sso.example.net",
        subject="4711",
        label="anna@sso.example.net",
        linked_at=now,
    )
    with unit_of_work():
        session.add_all([code, browser, key, link])
        session.add(CodeApp(person_id=anna.id, salt="h", last_step=1, created_at=now))
        session.add_all(
            RecoveryCode(
                person_id=anna.id,
                code_digest=str(number),
                created_at=now - hour,
                used_at=now if number < 3 else None,
            )
            for number in range(10)
        )
        mailbox = mailbox_of(EMAIL)
        session.add(CodeMail(mailbox=mailbox, email_key=mailbox, source="203.0.113.1", was_sent=True, at=now))
        session.add_all(WrongCode(mailbox=mailbox, source="203.0.113.1", at=now - hour) for _ in range(3))
        session.add(SignInFailure(email_key=EMAIL, source="203.0.113.1", at=now))


def _what_she_said(anna: Person) -> None:
    thread = make_thread(title="Who may speak last?", language="nl")
    said = make_comment(thread=thread, author=anna, body="A comment without weight.")
    with unit_of_work():
        edit_comment(anna.actor, said, body="A comment with **weight**.", revision=1)
    other = make_comment(thread=thread, author=make_person(name="Joris Kok"), body="Somebody else's words.")
    make_comment(answers=other, author=anna, body="Two lines\nand [a link](/articles/somewhere).\n\n> Quoted")
    taken_back = make_comment(thread=thread, author=anna, body="Better left unsaid.")
    with unit_of_work():
        delete_comment(anna.actor, taken_back)
    removed = make_comment(thread=thread, author=anna, body="You of all people.")
    moderator = make_person(name="Mila Hendriks", role="moderator")
    with unit_of_work():
        comment = session.get_one(Comment, removed.id)
        remove_comment(moderator.actor, comment, reason="It was about somebody, and not about something.")


def _what_she_mailed(anna: Person) -> None:
    editor = make_person(name="Eva Smit", role="editor")
    challenge = make_challenge(
        title="The first question",
        question_html='<h2 id="h-question">The question</h2><p>What do you ask <em>first</em>?</p>',
    )
    answer = "What do you want to think about?\n\nKind regards,\nAnna"
    entry = make_entry(
        challenge, from_name="Anna de Vries", from_address=EMAIL, text=answer, elided="> Mail your answer."
    )
    make_sender_check(entry.delivery)
    make_confirmation(entry, confirmed_by="code")
    with unit_of_work():
        judge_entry(editor.actor, entry, Judgement.CORRECT, "Word for word what was asked.")
    with unit_of_work():
        announce_winner(editor.actor, challenge)
    claim(entry, name="Anna de V.", address="Anna de Vries\nKade 1\n1234 AB Utrecht")
    silent = make_entry(make_challenge(title="The last word"), from_address=EMAIL, text="Silence.")
    with unit_of_work():
        disqualify(editor.actor, silent, "copied", "It was said before, word for word.")
        session.add(
            Amendment(
                challenge_id=challenge.id,
                at=clock.now(),
                by_id=anna.id,
                reason="It was clearer like this.",
                changes={},
                rejudge=False,
            )
        )
    make_outbox_message(
        cause="a test",
        recipient=EMAIL,
        subject="Entry 1: your answer to “The first question”",
        text="Your entry has number 1.\n\nKeep this mail.",
    )


def _what_others_did(anna: Person) -> None:
    admin, now = make_person(name="Ada Prins", role="admin"), clock.now()
    herself = Subject("person", anna.id)
    with unit_of_work():
        session.add(
            PersonNote(
                person_id=anna.id,
                body="Called twice, and was kind.\nNothing else.",
                written_by_id=admin.id,
                written_at=now,
            )
        )
        write_down("note written", Who(admin.id, AuditDoor.WEB, "192.0.2.77"), herself, {"note": 1})
        write_down("sign-in refused", Who(None, AuditDoor.WEB, "203.0.113.1"), herself)
        write_down("signed in", Who(anna.id, AuditDoor.WEB, NETWORK), herself, {"method": "password"})
        write_down("signed out from afar", Who(anna.id, AuditDoor.WEB, NETWORK), herself)
        session.add(
            Erasure(id="an erasure", person_id=anna.id, comments="keep", asked_at=now, due_at=now + DAY)
        )


def _what_she_did_here(anna: Person) -> None:
    text = ArticleText("Listening is not waiting", "listening-is-not-waiting", "A first line.", "en")
    with unit_of_work():
        article = write_article(text, by=anna.actor)
    longer = ArticleText(
        text.title, text.slug, "A first line.\n\n## And a second one", "en", tags=("listening",)
    )
    with unit_of_work():
        save_article(article, longer, version=1, by=anna.actor)
    thread = make_thread(title="What is a question?")
    with unit_of_work():
        close_thread(anna.actor, thread, reason="It went round in circles.")
    entry = make_entry(make_challenge(title="The second question"), from_name="Bram de Groot")
    with unit_of_work():
        judge_entry(anna.actor, entry, Judgement.CORRECT, "Short, and to the point.")
    with unit_of_work():
        announce_winner(anna.actor, entry.challenge)
    machine = make_entry(make_challenge(title="The third question"), from_name="Bram de Groot")
    with unit_of_work():
        disqualify(anna.actor, machine, "cheated", "A program has sent it a hundred times.")
    now = clock.now()
    with unit_of_work():
        session.add(
            Invitation(
                email="newcomer@example.net",
                email_key="newcomer@example.net",
                roles=["author", "moderator"],
                language="en",
                invited_by_id=anna.id,
                token_digest="i",
                mails=1,
                created_at=now,
                expires_at=now + 7 * DAY,
            )
        )
