"""Who may do what: every route, for every role, with one's own things and with those of others.

A route without a row fails, and so does a row without a route: whoever adds a page decides here who may see it.
The columns are those of `ROLES`: visitor, reader, author, editor, moderator, admin. What the words mean stands with
`outcome_of`.
"""

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.actions.addresses import ask_for_address
from blog.accounts.actions.codes import ask_for_code
from blog.accounts.actions.erasing import ask_for_erasure
from blog.accounts.actions.invitations import invite
from blog.accounts.actions.passwords import recover
from blog.accounts.actions.profile import choose_picture
from blog.accounts.events import CodeMailed, ErasureAsked, InvitationMailed
from blog.accounts.holdings import CommentsFate
from blog.accounts.models.factors import Passkey
from blog.accounts.models.links import ProviderLink
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.passkeys import new_user_handle
from blog.accounts.views.proof import PROOF_LIFE, READING_LIFE
from blog.challenges.actions.witness import keep_stamp
from blog.challenges.checkpoints import make_checkpoint
from blog.challenges.ledger.timestamps import Stamp
from blog.challenges.models.challenges import Challenge
from blog.challenges.values import ChallengeStatus
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.jobs.models import Work
from blog.core.pictures import SIZES, picture_name, square_picture
from blog.core.routing import Access
from blog.core.storage import current_storage
from blog.core.tokens import new_token
from blog.discussions.models import Thread
from blog.mailroom.values import OutboxState
from tests.architecture.matrix import ROLES, Row, outcome_of, routes_of
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import (
    make_challenge,
    make_confirmation,
    make_entry,
    make_entry_with_file,
    token_of,
)
from tests.factories.discussions import make_comment, make_thread
from tests.factories.mailroom import make_mail, make_outbox_message, make_stuck_message
from tests.support.events import heard
from tests.support.picture_files import jpeg
from tests.support.prizes import announce, win

EVERYBODY = "ok ok ok ok ok ok"
MEMBERS = "in ok ok ok ok ok"
WRITERS = "in no ok ok no ok"
EDITORS = "in no no ok no ok"
MODERATORS = "in no no ok ok ok"
STAFF = "in no ok ok ok ok"
NO_ONE = "in no no no no no"
ADMINS = "in no no no no ok"
NOBODY = "gone gone gone gone gone gone"
SAID = "say say say say say say"
ASKED = "in say say say say say"
THEIRS = "in gone gone gone gone gone"
BEGIN = "in in in in in in"
PROFILE = {"name": "Anneke Vos", "handle": "anneke-vos", "bio": "Some words."}
WORDS = {"body": "Some words.", "submission_key": "0123456789abcdef"}
OTHER_WORDS = {"body": "More words.", "submission_key": "1123456789abcdef"}
REASON = {"reason": "A good reason."}

TABLE: tuple[Row, ...] = (
    # One's own account.
    Row("accounts.account", "GET", "/account/", MEMBERS),
    Row("accounts.change_password", "GET", "/account/password", MEMBERS),
    Row("accounts.change_password", "POST", "/account/password", ASKED),
    Row("accounts.change_address", "GET", "/account/address", MEMBERS),
    Row("accounts.change_address", "POST", "/account/address", ASKED),
    Row("accounts.address_code", "GET", "/account/address/{own_address}", MEMBERS, "own"),
    Row("accounts.address_code", "POST", "/account/address/{own_address}", ASKED, "own"),
    Row("accounts.address_code_again", "POST", "/account/address/{own_address}/again", MEMBERS, "own"),
    Row("accounts.address_code", "GET", "/account/address/{address}", THEIRS, "other"),
    Row("accounts.address_code", "POST", "/account/address/{address}", THEIRS, "other"),
    Row("accounts.address_code_again", "POST", "/account/address/{address}/again", THEIRS, "other"),
    Row("accounts.personal_data", "POST", "/account/data", MEMBERS),
    Row("accounts.erase", "GET", "/account/erase", MEMBERS),
    Row("accounts.erase", "POST", "/account/erase", MEMBERS),
    Row("accounts.keep", "POST", "/account/erase/keep", MEMBERS),
    Row("accounts.keep_by_mail", "GET", "/account/keep/{kept}", EVERYBODY),
    Row("accounts.keep_by_mail", "GET", "/account/keep/not-a-token", NOBODY),
    Row("accounts.keep_by_button", "POST", "/account/keep/{kept}", EVERYBODY),
    Row("accounts.keep_by_button", "POST", "/account/keep/not-a-token", NOBODY),
    # How one is shown.
    Row("accounts.profile_edit", "GET", "/account/profile", MEMBERS),
    Row("accounts.profile_edit_post", "POST", "/account/profile", MEMBERS, body=PROFILE),
    Row("accounts.picture_choose", "POST", "/account/picture", ASKED),
    Row("accounts.picture_remove", "POST", "/account/picture/remove", MEMBERS),
    Row("people.person_detail", "GET", "/people/{handle}", EVERYBODY, "other"),
    Row("people.person_detail", "GET", "/people/{nothing}", NOBODY),
    Row("media.file", "GET", "/media/{picture}", EVERYBODY, "other"),
    Row("media.file", "GET", "/media/{nothing}", NOBODY),
    # What one signs in with.
    Row("accounts.second_factor", "GET", "/account/second-factor", MEMBERS),
    Row("accounts.set_up_app", "GET", "/account/second-factor/app", MEMBERS),
    Row("accounts.set_up_app", "POST", "/account/second-factor/app", ASKED),
    Row("accounts.turn_app_off", "POST", "/account/second-factor/app/off", MEMBERS),
    Row("accounts.new_passkey_options", "GET", "/account/passkeys/options", MEMBERS),
    # It says on the page before what was wrong.
    Row("accounts.add_passkey", "POST", "/account/passkeys", MEMBERS),
    Row("accounts.rename_passkey", "POST", "/account/passkeys/{passkey}/name", THEIRS, "other"),
    Row("accounts.rename_passkey", "POST", "/account/passkeys/{own_passkey}/name", MEMBERS, "own"),
    # They stand in for a passkey: before it is removed.
    Row("accounts.renew_recovery_codes", "POST", "/account/second-factor/codes", MEMBERS, "own"),
    Row("accounts.remove_passkey", "POST", "/account/passkeys/{passkey}/remove", THEIRS, "other"),
    Row("accounts.remove_passkey", "POST", "/account/passkeys/{own_passkey}/remove", MEMBERS, "own"),
    # Who one is, once more.
    Row("accounts.confirm", "GET", "/account/confirm", MEMBERS),
    Row("accounts.confirm_password", "POST", "/account/confirm/password", ASKED),
    Row("accounts.confirm_code", "POST", "/account/confirm/code", ASKED),
    # Where a mailed code lets somebody in.
    Row("accounts.confirm_mail", "POST", "/account/confirm/mail", "in ok no no no no"),
    Row("accounts.confirm_passkey", "POST", "/account/confirm/passkey", "in prove prove prove prove prove"),
    Row("accounts.choose_language", "POST", "/account/language", MEMBERS, body={"language": "en"}),
    Row(
        "accounts.choose_locale", "POST", "/account/locale", MEMBERS, body={"language": "en", "time_zone": ""}
    ),
    Row("accounts.end_session", "POST", "/account/sessions/{own_session}/end", MEMBERS, "own"),
    Row(
        "accounts.end_session",
        "POST",
        "/account/sessions/{session}/end",
        "in gone gone gone gone gone",
        "other",
    ),
    Row("accounts.end_all_sessions", "POST", "/account/sessions/end", MEMBERS),
    # Coming in and going out.
    Row("accounts.sign_in", "GET", "/account/sign-in", EVERYBODY),
    Row("accounts.sign_in", "POST", "/account/sign-in", SAID),
    Row("accounts.sign_out", "POST", "/account/sign-out", EVERYBODY),
    Row("accounts.code", "GET", "/account/code/{code}", EVERYBODY),
    Row("accounts.code", "POST", "/account/code/{code}", SAID),
    Row("accounts.code", "GET", "/account/code/{nothing}", NOBODY, "other"),
    Row("accounts.code_mailed", "GET", "/account/code/mailed/{code_link}", EVERYBODY),
    Row("accounts.code_mailed", "POST", "/account/code/mailed/{code_link}", SAID),
    # After these: it gives the mail another link.
    Row("accounts.code_begin_again", "GET", "/account/code/{code}/begin", "in in in in in in"),
    Row("accounts.code_begin_again", "GET", "/account/code/{nothing}/begin", NOBODY, "other"),
    Row("accounts.code_again", "POST", "/account/code/{code}/again", EVERYBODY),
    Row("accounts.introduce", "GET", "/account/introduce", NOBODY),
    Row("accounts.introduce", "POST", "/account/introduce", NOBODY),
    Row("accounts.set_up", "GET", "/account/set-up/{nothing}", NOBODY),
    Row("accounts.set_up", "POST", "/account/set-up/{nothing}", NOBODY),
    Row("accounts.invitation", "GET", "/account/invitation/{invitation}", EVERYBODY, "other"),
    Row("accounts.invitation", "GET", "/account/invitation/{nothing}", NOBODY),
    Row("accounts.invitation_accept", "POST", "/account/invitation/{invitation}", SAID, "other"),
    Row("accounts.passkey_options", "GET", "/account/passkey/options", EVERYBODY),
    Row("accounts.passkey_sign_in", "POST", "/account/passkey", BEGIN),
    # This site has no provider; what becomes of these where there is one: tests/flows/test_provider.py.
    Row("accounts.provider_begin", "POST", "/account/provider", NOBODY),
    Row("accounts.provider_back", "GET", "/account/provider/back", NOBODY),
    Row("accounts.provider_name", "GET", "/account/provider/name", NOBODY),
    Row("accounts.provider_name", "POST", "/account/provider/name", NOBODY),
    Row("accounts.linked_begin", "POST", "/account/linked", THEIRS),
    # One is linked to a provider that this site had before.
    Row("accounts.linked", "GET", "/account/linked", MEMBERS, "own"),
    Row("accounts.unlink", "POST", "/account/linked/{link}/unlink", THEIRS, "other"),
    Row("accounts.unlink", "POST", "/account/linked/{own_link}/unlink", MEMBERS, "own"),
    # Nobody has shown the first thing.
    Row("accounts.second_step", "GET", "/account/second-step", BEGIN),
    Row("accounts.second_step", "POST", "/account/second-step", BEGIN),
    Row("accounts.second_step_recovery", "GET", "/account/second-step/recovery", BEGIN),
    Row("accounts.second_step_recovery", "POST", "/account/second-step/recovery", BEGIN),
    Row("accounts.recover", "GET", "/account/recover/{recovery}", EVERYBODY),
    Row("accounts.recover", "POST", "/account/recover/{recovery}", SAID),
    Row("accounts.recover", "GET", "/account/recover/{nothing}", NOBODY),
    Row("accounts.recover", "POST", "/account/recover/{nothing}", NOBODY),
    # People.
    Row("people_desk.person_list", "GET", "/site/people", ADMINS),
    Row("people_desk.person_detail", "GET", "/site/people/{person}", ADMINS, "other"),
    Row("people_desk.person_detail", "GET", "/site/people/{me}", ADMINS, "own"),
    Row("people_desk.role_give", "POST", "/site/people/{person}/roles", "in no no no no say", "other"),
    Row("people_desk.role_give", "POST", "/site/people/{me}/roles", "in no no no no say", "own"),
    Row("people_desk.role_take", "POST", "/site/people/{person}/roles/editor/take", ADMINS, "other"),
    Row("people_desk.role_take", "POST", "/site/people/{me}/roles/moderator/take", ADMINS, "own"),
    # Nobody here has a role that has rested for long.
    Row("people_desk.time_give", "POST", "/site/people/{person}/time", "in no no no no say", "other"),
    Row("people_desk.time_give", "POST", "/site/people/{me}/time", NO_ONE, "own"),
    Row(
        "people_desk.person_session_end",
        "POST",
        "/site/people/{person}/sessions/{session}/end",
        ADMINS,
        "other",
    ),
    Row(
        "people_desk.person_session_end",
        "POST",
        "/site/people/{me}/sessions/{others_session}/end",
        "in no no no no gone",
        "own",
    ),
    Row("people_desk.person_sessions_end", "POST", "/site/people/{person}/sessions/end", ADMINS),
    Row("people_desk.person_erase", "POST", "/site/people/{person}/erase", ADMINS, "other"),
    Row("people_desk.person_erase", "POST", "/site/people/{me}/erase", ADMINS, "own"),
    Row("people_desk.person_keep", "POST", "/site/people/{leaving}/erase/keep", ADMINS),
    Row("people_desk.person_keep", "POST", "/site/people/{leaving}/erase/keep", "in no no no no gone"),
    Row("people_desk.person_note", "POST", "/site/people/{person}/notes", ADMINS, body={"body": "A note."}),
    Row("people_desk.invitation_list", "GET", "/site/invitations", EDITORS),
    Row("people_desk.invitation_make", "POST", "/site/invitations", "in no no say no say"),
    Row(
        "people_desk.invitation_again",
        "POST",
        "/site/invitations/{their_invitation}/again",
        "in no no gone no ok",
        "other",
    ),
    Row("people_desk.invitation_again", "POST", "/site/invitations/{my_invitation}/again", EDITORS, "own"),
    Row(
        "people_desk.invitation_revoke",
        "POST",
        "/site/invitations/{their_invitation}/revoke",
        "in no no gone no ok",
        "other",
    ),
    Row("people_desk.invitation_revoke", "POST", "/site/invitations/{my_invitation}/revoke", EDITORS, "own"),
    Row("people_desk.audit_list", "GET", "/site/audit", ADMINS),
    Row("people_desk.audit_csv", "GET", "/site/audit.csv", ADMINS),
    Row("people_desk.audit_json_lines", "GET", "/site/audit.jsonl", ADMINS),
    # Articles.
    Row("articles.article_list", "GET", "/articles/", EVERYBODY),
    Row("articles.article_detail", "GET", "/articles/{published}", EVERYBODY, "other"),
    Row("articles.article_detail", "GET", "/articles/{draft}", "gone gone gone ok gone ok", "other"),
    Row("articles.article_detail", "GET", "/articles/{own_draft}", "- gone ok ok gone ok", "own"),
    Row("transfer.article_markdown", "GET", "/articles/{published}.md", EVERYBODY, "other"),
    Row("transfer.article_markdown", "GET", "/articles/{draft}.md", NOBODY, "other"),
    Row("articles.desk_home", "GET", "/desk/", WRITERS),
    Row("articles.desk_list", "GET", "/desk/articles/", WRITERS),
    Row("articles.desk_new", "GET", "/desk/articles/new", WRITERS),
    Row("articles.desk_new", "POST", "/desk/articles/new", "in no say say no say"),
    Row("articles.desk_preview", "POST", "/desk/preview", WRITERS),
    Row("articles.desk_edit", "GET", "/desk/articles/{draft_id}", "in no gone ok no ok", "other"),
    Row("articles.desk_edit", "GET", "/desk/articles/{own_draft_id}", WRITERS, "own"),
    Row("articles.desk_edit", "POST", "/desk/articles/{draft_id}", "in no gone say no say", "other"),
    Row("articles.desk_edit", "POST", "/desk/articles/{own_draft_id}", "in no say say no say", "own"),
    Row(
        "articles.desk_revisions",
        "GET",
        "/desk/articles/{draft_id}/revisions",
        "in no gone ok no ok",
        "other",
    ),
    Row("articles.desk_revisions", "GET", "/desk/articles/{own_draft_id}/revisions", WRITERS, "own"),
    Row(
        "articles.desk_revision",
        "GET",
        "/desk/articles/{draft_id}/revisions/9",
        "in no gone gone no gone",
        "other",
    ),
    Row(
        "articles.desk_unpublish",
        "POST",
        "/desk/articles/{published_id}/unpublish",
        "in no gone ok no ok",
        "other",
    ),
    Row("articles.desk_unpublish", "POST", "/desk/articles/{own_published_id}/unpublish", EDITORS, "own"),
    # Debates.
    Row("discussions.thread_list", "GET", "/debates/", EVERYBODY),
    Row("discussions.thread_detail", "GET", "/debates/{thread}", EVERYBODY),
    Row("discussions.comment_detail", "GET", "/c/{comment}", EVERYBODY),
    Row("discussions.comment_post", "POST", "/debates/{thread}/comments", MEMBERS, body=WORDS),
    Row("discussions.comment_begin", "POST", "/debates/{thread}/begin", EVERYBODY, body=WORDS),
    Row("discussions.comment_join", "POST", "/debates/{thread}/join", "say ok ok ok ok ok", body=WORDS),
    Row("discussions.comment_answer", "GET", "/c/{comment}/answer", EVERYBODY),
    Row("discussions.comment_answer_post", "POST", "/c/{comment}/answer", MEMBERS, body=OTHER_WORDS),
    Row("discussions.answer_begin", "POST", "/c/{comment}/begin", EVERYBODY, body=WORDS),
    Row("discussions.answer_join", "POST", "/c/{comment}/join", "say ok ok ok ok ok", body=WORDS),
    Row("discussions.comment_edit", "GET", "/c/{own_comment}/edit", MEMBERS, "own"),
    Row("discussions.comment_edit", "GET", "/c/{lonely}/edit", "in no no no no no", "other"),
    Row(
        "discussions.comment_edit_post",
        "POST",
        "/c/{own_comment}/edit",
        MEMBERS,
        "own",
        WORDS | {"revision": "1"},
    ),
    Row(
        "discussions.comment_edit_post",
        "POST",
        "/c/{lonely}/edit",
        "in no no no no no",
        "other",
        WORDS | {"revision": "1"},
    ),
    Row("discussions.comment_delete", "GET", "/c/{own_comment}/delete", MEMBERS, "own"),
    Row("discussions.comment_delete", "GET", "/c/{lonely}/delete", "in no no no no no", "other"),
    Row("discussions.comment_delete_post", "POST", "/c/{own_comment}/delete", MEMBERS, "own"),
    Row("discussions.comment_delete_post", "POST", "/c/{lonely}/delete", "in no no no no no", "other"),
    # Challenges.
    Row("challenges.challenge_list", "GET", "/challenges/", EVERYBODY),
    Row("challenges.challenge_detail", "GET", "/challenges/{challenge}", EVERYBODY),
    Row(
        "challenges.challenge_detail",
        "GET",
        "/challenges/{draft_challenge}",
        "gone gone gone ok gone ok",
        "other",
    ),
    Row("challenges.receipt_detail", "GET", "/receipts/{receipt}", EVERYBODY),
    Row("challenges.receipt_detail", "GET", "/receipts/{nothing}", NOBODY, "other"),
    Row("challenges.agree", "POST", "/receipts/{won_receipt}", SAID),
    Row("challenges.agree", "POST", "/receipts/{receipt}", NOBODY, "other"),
    Row("challenges.agree", "POST", "/receipts/{nothing}", NOBODY, "other"),
    Row("challenges.answer", "GET", "/challenges/{challenge}/answer", EVERYBODY),
    Row("challenges.answer", "POST", "/challenges/{challenge}/answer", SAID),
    Row(
        "challenges.answer",
        "GET",
        "/challenges/{draft_challenge}/answer",
        "gone gone gone ok gone ok",
        "other",
    ),
    Row("challenges.confirm_entry", "POST", "/receipts/{asked_receipt}/confirm", SAID),
    Row("challenges.confirm_entry", "POST", "/receipts/{receipt}/confirm", NOBODY, "other"),
    Row("challenges.confirm_entry", "POST", "/receipts/{nothing}/confirm", NOBODY, "other"),
    Row("challenges.confirm_page", "GET", "/receipts/{asked_receipt}/confirm", EVERYBODY),
    Row("challenges.confirm_page", "GET", "/receipts/{nothing}/confirm", NOBODY, "other"),
    Row("challenges.decline", "POST", "/receipts/{won_receipt}/decline", SAID),
    Row("challenges.decline", "POST", "/receipts/{receipt}/decline", NOBODY, "other"),
    Row("challenges.received", "POST", "/receipts/{won_receipt}/received", SAID),
    Row("challenges.received", "POST", "/receipts/{nothing}/received", NOBODY, "other"),
    Row("challenges.honour", "POST", "/receipts/{correct_receipt}/name", EVERYBODY),
    Row("challenges.honour", "POST", "/receipts/{receipt}/name", NOBODY, "other"),
    Row("challenges.result_mail", "POST", "/receipts/{receipt}/result", EVERYBODY),
    Row("challenges.result_mail", "POST", "/receipts/{nothing}/result", NOBODY, "other"),
    Row("challenges.back_to_receipt", "GET", "/receipts/{receipt}/decline", EVERYBODY),
    Row("challenges.back_to_receipt", "GET", "/receipts/{nothing}/decline", NOBODY, "other"),
    Row("challenges.ledger", "GET", "/challenges/{challenge}/ledger", EVERYBODY),
    Row("challenges.verify", "GET", "/challenges/{challenge}/verify", EVERYBODY),
    Row("challenges.ledger_file", "GET", "/challenges/{challenge}/ledger.json", EVERYBODY),
    Row("challenges.verifier", "GET", "/challenges/verify_challenge.py", EVERYBODY),
    Row("challenges.checkpoints", "GET", "/challenges/{challenge}/checkpoints.xml", EVERYBODY),
    Row(
        "challenges.checkpoint_file", "GET", "/challenges/{challenge}/checkpoints/{checkpoint}.txt", EVERYBODY
    ),
    Row(
        "challenges.stamp_file",
        "GET",
        "/challenges/{challenge}/checkpoints/{checkpoint}/tsa.example.org.tsr",
        EVERYBODY,
    ),
    Row("challenges.receipt_proof", "GET", "/receipts/{receipt}/proof.json", EVERYBODY),
    Row("challenges.receipt_proof", "GET", "/receipts/{nothing}/proof.json", NOBODY, "other"),
    Row("challenges.desk_list", "GET", "/desk/challenges/", WRITERS),
    Row("challenges.desk_detail", "GET", "/desk/challenges/{challenge}", "in no no ok no ok", "other"),
    Row("challenges.desk_detail", "GET", "/desk/challenges/{own_challenge}", WRITERS, "own"),
    Row(
        "challenges.desk_answer_rule",
        "GET",
        "/desk/challenges/{challenge}/rule",
        "in no no ok no ok",
        "other",
    ),
    Row("challenges.desk_answer_rule", "GET", "/desk/challenges/{own_challenge}/rule", WRITERS, "own"),
    Row(
        "challenges.desk_answer_rule",
        "POST",
        "/desk/challenges/{challenge}/rule",
        "in no no ok no ok",
        "other",
    ),
    Row("challenges.desk_terms", "GET", "/desk/challenges/{challenge}/terms", "in no no ok no ok", "other"),
    Row("challenges.desk_terms", "GET", "/desk/challenges/{own_challenge}/terms", WRITERS, "own"),
    Row("challenges.desk_terms_post", "POST", "/desk/challenges/{challenge}", "in no no say no say", "other"),
    Row(
        "challenges.desk_schedule",
        "POST",
        "/desk/challenges/{later_challenge}/schedule",
        "in no gone ok no ok",
        "other",
        {"opens_at": "2100-01-01T12:00"},
    ),
    Row(
        "challenges.desk_take_back",
        "POST",
        "/desk/challenges/{planned_challenge}/take-back",
        "in no gone ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_remove",
        "POST",
        "/desk/challenges/{unwanted_challenge}/remove",
        "in no gone ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_cancel",
        "POST",
        "/desk/challenges/{failed_challenge}/cancel",
        "in no no ok no ok",
        "other",
        {"reason": "It was too easy."},
    ),
    Row(
        "challenges.desk_no_winner",
        "POST",
        "/desk/challenges/{closed_challenge}/no-winner",
        "in no no ok no ok",
        "other",
        {"reason": "Nobody has answered."},
    ),
    Row("challenges.rules_detail", "GET", "/challenges/{challenge}/rules", EVERYBODY),
    Row(
        "challenges.rules_detail",
        "GET",
        "/challenges/{draft_challenge}/rules",
        "gone gone gone ok gone ok",
        "other",
    ),
    Row("challenges.live_count", "GET", "/challenges/{challenge}/count", EVERYBODY),
    Row(
        "challenges.live_count",
        "GET",
        "/challenges/{draft_challenge}/count",
        "gone gone gone ok gone ok",
        "other",
    ),
    Row(
        "challenges.desk_open",
        "POST",
        "/desk/challenges/{draft_challenge}/open",
        "in no gone ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_close",
        "POST",
        "/desk/challenges/{closing_challenge}/close",
        "in no no ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_announce",
        "POST",
        "/desk/challenges/{challenge}/announce",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_ask",
        "POST",
        "/desk/challenges/{asked_challenge}/entries/1/ask",
        "in no no ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_entry",
        "GET",
        "/desk/challenges/{challenge}/entries/1",
        "in no no ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_entry",
        "POST",
        "/desk/challenges/{challenge}/entries/1",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_entry_raw",
        "GET",
        "/desk/challenges/{challenge}/entries/1/raw",
        "in no no ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_entry_attachment",
        "GET",
        "/desk/challenges/{challenge}/entries/1/attachments/1",
        "in no no ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_entry_html",
        "GET",
        "/desk/challenges/{challenge}/entries/1/html",
        "in no no ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_disqualify",
        "POST",
        "/desk/challenges/{challenge}/entries/1/disqualify",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_disqualify",
        "POST",
        "/desk/challenges/{own_challenge}/entries/1/disqualify",
        "in no gone gone no gone",
        "own",
    ),
    Row(
        "challenges.desk_reinstate",
        "POST",
        "/desk/challenges/{challenge}/entries/1/reinstate",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_set_up",
        "POST",
        "/desk/challenges/in-article/{draft_id}/new-challenge",
        "in no gone gone no gone",
        "other",
    ),
    Row(
        "challenges.desk_prizes",
        "GET",
        "/desk/challenges/{challenge}/prizes",
        "in no no ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_figures",
        "GET",
        "/desk/challenges/{challenge}/figures",
        "in no no ok no ok",
        "other",
    ),
    Row(
        "challenges.desk_prize_sent",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/sent",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_prize_received",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/received",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_prize_declined",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/declined",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_prize_disqualified",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/disqualified",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_prize_reinstated",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/reinstated",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_prize_expired",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/expired",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_prize_code",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/code",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_prize_tracking",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/tracking",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_prize_returned",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/returned",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_prize_name",
        "POST",
        "/desk/challenges/{challenge}/prizes/1/name",
        "in no no say no say",
        "other",
    ),
    Row(
        "challenges.desk_conclude",
        "POST",
        "/desk/challenges/{challenge}/conclude",
        "in no no say no say",
        "other",
    ),
    # Moderation.
    Row("moderation.log", "GET", "/moderation/log", EVERYBODY),
    Row("moderation.thread_list", "GET", "/moderation/", MODERATORS),
    Row("moderation.thread_detail", "GET", "/moderation/threads/{thread}", MODERATORS),
    Row("moderation.thread_close", "POST", "/moderation/threads/{closing}/close", MODERATORS, body=REASON),
    Row("moderation.thread_reopen", "POST", "/moderation/threads/{closed}/reopen", MODERATORS, body=REASON),
    Row("moderation.comment_remove", "GET", "/moderation/comments/{lonely}/remove", MODERATORS),
    Row(
        "moderation.comment_remove_post",
        "POST",
        "/moderation/comments/{removed}/remove",
        MODERATORS,
        body=REASON,
    ),
    # The site.
    Row("home.front", "GET", "/", EVERYBODY),
    Row("home.healthz", "GET", "/healthz", EVERYBODY),
    Row("home.readyz", "GET", "/readyz", EVERYBODY),
    Row("home.robots", "GET", "/robots.txt", EVERYBODY),
    Row("home.security_txt", "GET", "/.well-known/security.txt", EVERYBODY),
    Row("home.site", "GET", "/site/", ADMINS),
    Row("home.retry_work", "POST", "/site/work/{work}/retry", ADMINS),
    Row("home.styleguide", "GET", "/site/styleguide", STAFF),
    Row("home.styleguide_post", "POST", "/site/styleguide", STAFF),
    Row("mailroom.mail_list", "GET", "/site/mail", ADMINS),
    Row("mailroom.mail_detail", "GET", "/site/mail/{mail}", ADMINS, "other"),
    Row("mailroom.mail_detail", "GET", "/site/mail/999999", "in no no no no gone"),
    Row("mailroom.mail_raw", "GET", "/site/mail/{mail}/raw", ADMINS, "other"),
    Row("mailroom.mail_file", "GET", "/site/mail/{mail}.eml", ADMINS, "other"),
    Row("mailroom.mail_older_again", "POST", "/site/mail/again", ADMINS),
    Row("mailroom.mail_again", "POST", "/site/mail/{mail}/again", ADMINS, "other"),
    # No provider hands in mail here: their doors are closed.
    Row("mail_hooks.mailgun_mime", "POST", "/hooks/mail/mailgun/mime", NOBODY),
    Row("mail_hooks.postmark_inbound", "POST", "/hooks/mail/postmark", NOBODY),
    Row("mailroom.outbox_list", "GET", "/site/outbox", STAFF),
    Row("mailroom.outbox_detail", "GET", "/site/outbox/{message}", STAFF),
    Row("mailroom.outbox_again", "POST", "/site/outbox/{stuck_message}/again", ADMINS),
    Row("mailroom.outbox_again", "POST", "/site/outbox/999999/again", "in no no no no gone"),
    Row("assets.stylesheet", "GET", "/assets/common-{nothing}.css", EVERYBODY),
    Row("assets.versioned", "GET", "/assets/{nothing}/js/site.js", EVERYBODY),
    # The last: from then on they are an author, too.
    Row(
        "accounts.invitation_accept",
        "POST",
        "/account/invitation/{own_invitation}",
        "- ok ok ok ok ok",
        "own",
    ),
)
# What asks once more who one is when that was shown longer ago than ten minutes.
ASKED_AGAIN = {
    "accounts.add_passkey",
    "accounts.address_code",
    "accounts.address_code_again",
    "accounts.change_address",
    "accounts.change_password",
    "accounts.invitation_accept",
    "accounts.linked",
    "accounts.linked_begin",
    "accounts.new_passkey_options",
    "accounts.erase",
    "accounts.personal_data",
    "accounts.remove_passkey",
    "accounts.rename_passkey",
    "accounts.renew_recovery_codes",
    "accounts.second_factor",
    "accounts.set_up_app",
    "accounts.turn_app_off",
    "accounts.unlink",
    "mailroom.mail_file",
    "mailroom.mail_raw",
    "people_desk.audit_csv",
    "people_desk.audit_json_lines",
    "people_desk.invitation_again",
    "people_desk.invitation_list",
    "people_desk.invitation_make",
    "people_desk.person_erase",
    "people_desk.role_give",
    "people_desk.role_take",
    "people_desk.time_give",
}
# What is known of other people: an hour after that.
ASKED_EACH_HOUR = {
    "mailroom.mail_detail",
    "mailroom.mail_list",
    "people_desk.audit_list",
    "people_desk.person_detail",
    "people_desk.person_list",
}
# What only some may see, asked for in other ways of writing its address.
GUARDED = tuple(
    row for row in TABLE if row.method == "GET" and "ok" in row.outcomes and row.outcomes.startswith("in")
)


class World:
    """Things of somebody who asks (`me`) and of somebody else, with the names that addresses in the table use."""

    def __init__(self, app: Flask, sign_in: SignIn, role: str) -> None:
        self._app = app
        self._sign_in = sign_in
        self.me = None if role == "visitor" else make_person(role=role, password_hash="a hash")
        stranger = make_person(role="editor", password_hash="a hash")
        # Another admin, who stays able: so whoever asks can be spared.
        _passkey_of(make_person(role="admin", password_hash="a hash"))
        # Whose roles and browsers are taken away; the things are a stranger's.
        self._other = make_person(role="editor", password_hash="a hash")
        self.places = {
            "nothing": "0" * 43,
            "person": str(self._other.id),
            "handle": self._other.handle,
            "me": str(self.me.id) if self.me else "1",
            **self._things_of_others(stranger),
            **self._invitations(stranger),
            **self._codes(),
            **self._erasures(),
            **(self._own_things(self.me) if self.me else {}),
        }

    def outcome(self, row: Row, *, proved_ago: timedelta = timedelta()) -> str:
        """What becomes of one request, in a browser of its own, in which it was shown `proved_ago` who it is."""
        browser = self._browser()
        if proved_ago:
            with unit_of_work():
                session.execute(sa.update(BrowserSession).values(proved_at=clock.now() - proved_ago))
        # To sign somebody else in for every row would take as long as the rows themselves.
        sessions = self.numbers_of_sessions() if "session}" in row.address else {}
        address = row.address.format_map(self.places | sessions)
        with browser.open(address, method=row.method, data=dict(row.body)) as response:
            return outcome_of(response)

    def get(self, address: str) -> str:
        """What becomes of an address, with redirects to another way of writing it followed."""
        # As a server hands it over: the test client would take two slashes for the beginning of a host's name.
        path, _mark, query = address.partition("?")
        raw = {"PATH_INFO": unquote(path, "latin-1"), "QUERY_STRING": query, "REQUEST_URI": address}
        response = self.browser.get("/", environ_overrides=raw)
        if response.status_code in {301, 308}:
            response = self.browser.get(response.location or "")
        return outcome_of(response)

    @cached_property
    def browser(self) -> FlaskClient:
        """A browser in which whoever asks stays signed in."""
        return self._browser()

    def _browser(self) -> FlaskClient:
        return self._sign_in(self.me) if self.me else self._app.test_client()

    def numbers_of_sessions(self) -> dict[str, str]:
        """Numbers of sessions: one of whoever asks and one of somebody else."""
        self._sign_in(self._other)
        others = _session_of(self._other)
        return {
            "session": others,
            "others_session": others,
            "own_session": _session_of(self.me) if self.me else others,
        }

    def _things_of_others(self, stranger: Person) -> dict[str, str]:
        published, draft = make_article(author=stranger), make_article(author=stranger, published=False)
        thread = make_thread()
        comment = make_comment(thread=thread)
        # Nobody has answered these.
        lonely, removed = make_comment(author=stranger), make_comment(author=stranger)
        closing, closed = make_thread(), _closed(make_thread())
        challenge = make_challenge(article=draft)
        entry = make_entry_with_file(challenge)
        return {
            "published": published.slug,
            "published_id": str(published.id),
            "draft": draft.slug,
            "draft_id": str(draft.id),
            "thread": str(thread.id),
            "comment": str(comment.id),
            "lonely": str(lonely.id),
            "removed": str(removed.id),
            "closing": str(closing.id),
            "closed": str(closed.id),
            "challenge": challenge.slug,
            "draft_challenge": make_challenge(status=ChallengeStatus.DRAFT).slug,
            "closing_challenge": make_challenge().slug,
            "later_challenge": make_challenge(status=ChallengeStatus.DRAFT).slug,
            "planned_challenge": make_challenge(
                status=ChallengeStatus.SCHEDULED, opens_at=clock.now() + timedelta(days=1)
            ).slug,
            "unwanted_challenge": make_challenge(status=ChallengeStatus.DRAFT).slug,
            "failed_challenge": make_challenge().slug,
            "closed_challenge": make_challenge(status=ChallengeStatus.CLOSED).slug,
            "receipt": token_of(entry),
            "checkpoint": _checkpoint_of(challenge),
            "asked_receipt": _asked_receipt(),
            "won_receipt": _won_receipt(),
            "correct_receipt": _correct_receipt(),
            "asked_challenge": _asked_challenge(),
            "message": str(make_outbox_message(cause=f"test:{new_token()}").id),
            "stuck_message": str(make_stuck_message(cause=f"test:{new_token()}").id),
            "mail": str(make_mail().id),
            "older_mail": str(make_mail(parser_version=0).id),
            "work": _failed_work(),
            "picture": _picture_of(stranger),
            "passkey": _passkey_of(stranger),
            "link": _link_of(stranger),
            "address": _new_address_of(stranger),
            "recovery": _recovery_of(make_person()),
        }

    def _invitations(self, stranger: Person) -> dict[str, str]:
        giver = make_person(role="admin")
        given: dict[str, str] = {}
        addressees = {"invitation": "nobody@example.org"}
        if self.me is not None:
            addressees["own_invitation"] = self.me.email
        for name, address in addressees.items():
            with heard(InvitationMailed) as mailed, unit_of_work():
                invite(giver.actor, address, ["author"], language="en", source="a test")
            given[name] = mailed[0].token
        may = self.me is not None and self.me.actor.has_role("editor")
        for name, by in (("their_invitation", stranger), ("my_invitation", self.me if may else stranger)):
            assert by is not None
            with unit_of_work():
                made = invite(by.actor, f"{name}@example.org", ["author"], language="en", source="a test")
            given[name] = str(made.id)
        return given

    def _codes(self) -> dict[str, str]:
        with heard(CodeMailed) as mailed, unit_of_work():
            token = ask_for_code("somebody@example.org", source="a test", language="en", goal="/")
        return {"code": token, "code_link": mailed[0].link_token}

    def _erasures(self) -> dict[str, str]:
        kept, leaving = make_person(), make_person()
        with heard(ErasureAsked) as asked, unit_of_work():
            for person in (kept, leaving):
                ask_for_erasure(person, CommentsFate.KEEP, person.actor)
        return {"kept": asked[0].token, "leaving": str(leaving.id)}

    def _own_things(self, me: Person) -> dict[str, str]:
        draft = make_article(author=me, published=False)
        return {
            "own_draft": draft.slug,
            "own_draft_id": str(draft.id),
            "own_published_id": str(make_article(author=me).id),
            "own_comment": str(make_comment(author=me).id),
            "own_challenge": make_challenge(article=draft).slug,
            "own_passkey": _passkey_of(me),
            "own_link": _link_of(me),
            "own_address": _new_address_of(me),
        }


def differences(world: World, role: str, table: tuple[Row, ...]) -> dict[str, tuple[str, str]]:
    """The rows that do not come out as the table says, each with what it says and what came."""
    wrong: dict[str, tuple[str, str]] = {}
    for row in table:
        expected = row.outcome_for(role)
        if expected == "-" or (role == "visitor" and row.whose == "own"):
            continue
        found = world.outcome(row)
        if found != expected:
            wrong[row.name] = (expected, found)
    return wrong


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert {(row.endpoint, row.method) for row in TABLE} == routes_of(app)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says(app: Flask, sign_in: SignIn, role: str) -> None:
    assert differences(World(app, sign_in, role), role, TABLE) == {}


# What an address leads to is settled before a database is asked.
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ["visitor", "reader", "moderator"])
def test_no_way_of_writing_an_address_opens_what_is_closed(app: Flask, sign_in: SignIn, role: str) -> None:
    world = World(app, sign_in, role)
    opened: list[str] = []
    asked = 0
    for row in GUARDED:
        if row.outcome_for(role) == "ok" or row.whose == "own":
            continue
        path = row.address.format_map(world.places)
        for written in _ways_of_writing(path):
            asked += 1
            if world.get(written) not in {"in", "no", "gone", "say"}:
                opened.append(written)
    assert opened == []
    assert asked > 60


# That the table holds on both is shown above; who has shown when who they are, in tests/flows/test_step_up.py.
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_only_who_has_just_shown_who_they_are_comes_near_what_matters(app: Flask, sign_in: SignIn) -> None:
    world = World(app, sign_in, "admin")
    rows = [row for row in TABLE if row.outcome_for("admin") in {"ok", "say"}]
    # With every form of it and every page.
    for proved_ago, asked in ((PROOF_LIFE, ASKED_AGAIN), (READING_LIFE, ASKED_AGAIN | ASKED_EACH_HOUR)):
        late = {
            (row.endpoint, row.method) for row in rows if world.outcome(row, proved_ago=proved_ago) == "prove"
        }
        assert late == {(row.endpoint, row.method) for row in rows if row.endpoint in asked}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_it_notices_a_guard_that_is_gone(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(app, sign_in, "reader")
    rows = tuple(row for row in TABLE if row.endpoint.startswith("people_desk.audit"))
    assert differences(world, "reader", rows) == {}
    for endpoint in ("people_desk.audit_list", "people_desk.audit_csv"):
        monkeypatch.setattr(app.view_functions[endpoint], "rejoinder_access", Access("members"))
    assert differences(world, "reader", rows) == {
        "people_desk.audit_list GET": ("no", "ok"),
        "people_desk.audit_csv GET": ("no", "ok"),
    }


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_it_notices_what_is_open_to_others(app: Flask, sign_in: SignIn) -> None:
    world = World(app, sign_in, "reader")
    mine = next(row for row in TABLE if row.endpoint == "accounts.end_session" and row.whose == "own")
    as_if_others = replace(mine, outcomes="in gone gone gone gone gone", whose="other")
    assert differences(world, "reader", (as_if_others,)) == {
        "accounts.end_session POST other": ("gone", "ok")
    }


def _ways_of_writing(path: str) -> list[str]:
    """The same address for whoever is careless about slashes, case and signs."""
    head, _slash, tail = path.rstrip("/").rpartition("/")
    return [
        f"{path.rstrip('/')}/",
        f"{path.rstrip('/')}//",
        f"/{path}",
        path.upper(),
        f"{head}/%2e/{tail}",
        f"{head}/x/%2e%2e/{tail}",
        f"{head}%2f{tail}",
        f"{path.rstrip('/')}%20",
        f"{path.rstrip('/')};x=1",
        f"{path}?x=/account/",
    ]


def _session_of(person: Person) -> str:
    newest = sa.select(sa.func.max(BrowserSession.id)).where(BrowserSession.person_id == person.id)
    return str(session.scalar(newest))


def _closed(thread: Thread) -> Thread:
    with unit_of_work():
        thread.mode = "closed"
        thread.mode_since = clock.now()
    return thread


def _picture_of(person: Person) -> str:
    with unit_of_work():
        choose_picture(person, square_picture(jpeg()), current_storage())
    assert person.picture is not None
    return picture_name(person.picture, SIZES[0])


def _link_of(person: Person) -> str:
    link = ProviderLink(
        person_id=person.id,
        issuer="https://sso.example.org",
        subject=f"subject {person.id}",
        linked_at=clock.now(),
    )
    with unit_of_work():
        session.add(link)
    return str(link.id)


def _passkey_of(person: Person) -> str:
    key = Passkey(
        person_id=person.id,
        # Base64 for addresses, of any length that there is.
        credential_id=new_token(),
        user_handle=new_user_handle(),
        public_key=b"a key",
        sign_count=0,
        name="A key",
        created_at=clock.now(),
    )
    with unit_of_work():
        session.add(key)
    return str(key.id)


def _new_address_of(person: Person) -> str:
    wanted = f"new{person.id}@example.org"
    with unit_of_work():
        return ask_for_address(person, wanted, source="a test", language="en", goal="/account/")


def _recovery_of(person: Person) -> str:
    with unit_of_work():
        return recover(person)


def _checkpoint_of(challenge: Challenge) -> str:
    """The size of a checkpoint that somebody has stamped."""
    with unit_of_work():
        checkpoint = make_checkpoint(session.get_one(Challenge, challenge.id))
        stamp = Stamp(token=b"a stamp", stamped_at=clock.now(), policy="1.2.3")
        keep_stamp(checkpoint, "tsa.example.org", stamp)
        return str(checkpoint.size)


def _asked_receipt() -> str:
    """The receipt of an answer whose sender is asked whether it is theirs."""
    entry = make_entry(make_challenge())
    make_confirmation(entry)
    return token_of(entry)


def _won_receipt() -> str:
    """The receipt of an answer whose sender was told that it has won."""
    entry = make_entry(make_challenge())
    announce(entry)
    return token_of(entry)


def _correct_receipt() -> str:
    """The receipt of a correct answer to a challenge that is over."""
    entry = make_entry(make_challenge())
    win(entry)
    return token_of(entry)


def _asked_challenge() -> str:
    """A challenge whose first entry wins but for the word of its sender, who was asked."""
    challenge = make_challenge()
    letter = make_outbox_message(cause=f"test:{new_token()}")
    with unit_of_work():
        letter.note_attempt(OutboxState.SENT, None)
    make_confirmation(make_entry(challenge), letter=letter)
    return challenge.slug


def _failed_work() -> str:
    now = clock.now()
    work = Work(kind="nothing", payload={}, created_at=now, run_at=now + timedelta(days=1), failed_at=now)
    with unit_of_work():
        session.add(work)
    return str(work.id)
