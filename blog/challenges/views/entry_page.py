"""The page of one entry at the desk: what it says, what can be done with it, and nothing that tells who sent it."""

from functools import partial

from flask import make_response, render_template, url_for
from werkzeug.wrappers import Response

from blog.challenges.automatic import Role, finding_of, role_of, rule_of
from blog.challenges.blind import HIDDEN, attachment_kind, beginning_of, hide_sender, raw_as_text
from blog.challenges.confirming import can_be_asked_again
from blog.challenges.forms.judging import DisqualifyForm, ReinstateForm, VerdictForm
from blog.challenges.models.entries import Entry
from blog.challenges.outcome import Outcome
from blog.challenges.policy import may_be_a_machine
from blog.challenges.queries.awards import award_of_entry
from blog.challenges.queries.disqualifications import (
    disqualification_of,
    disqualifications_of,
    shared_with,
    tries_over_limit,
)
from blog.challenges.queries.entries import last_judgement, message_of, raw_of, sender_of
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.queries.seen import mark_of
from blog.challenges.queries.vacancies import can_change_standing, can_get_verdict, is_beyond_change
from blog.challenges.queries.verdicts import Sight, alike, queue_of, sight_of
from blog.challenges.turns import Turn
from blog.challenges.values import AwardStep, Judgement, WhyDisqualified
from blog.challenges.views.shown import shown
from blog.challenges.words.answer_rule import finding_words, outdated_words
from blog.challenges.words.judging import disqualified_words, reason_hint, turn_words, what_is_shared
from blog.challenges.words.prizes import award_words
from blog.challenges.words.states import asked_words, entry_words, judgement_words
from blog.core.headers import CONTENT_SECURITY_POLICY
from blog.core.permissions import Actor, allowed
from blog.core.routing import current_actor
from blog.mailroom.words import why_a_person

# What a page shows of a raw message; the rest is one link away.
RAW_EXCERPT = 64 * 1024
# What it shows of each answer that says the same.
_BEGINNING = 500
# The one page that has a frame in it.
_WITH_FRAME = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"

Shown = dict[str, object]


def entry_page(
    entry: Entry,
    form: VerdictForm,
    refusal: str = "",
    *,
    status: int = 200,
    is_told: bool = True,
    disqualify_form: DisqualifyForm | None = None,
    reinstate_form: ReinstateForm | None = None,
    prize_seen: str | None = None,
) -> Response:
    """The page of an entry for whoever asks now; `refusal` says why what was sent was not done.

    `is_told` says that the form's own refusals are in it already. A form that is given stands there as it was filled;
    `prize_seen` is what its reader had before them of a prize, where that is what it still holds for.
    """
    actor, outcome = current_actor(), outcome_of(entry.challenge)
    page = render_template(
        "challenges/desk_entry.html",
        challenge=entry.challenge,
        question_html=shown(entry.challenge).question_html,
        entry=entry,
        entry_url=partial(address_of_entry, entry.challenge.slug),
        refusal=refusal,
        **_what_it_says(entry),
        **_how_it_stands(entry, outcome),
        **_judging(actor, entry, outcome, form, is_refused=bool(refusal), is_told=is_told),
        **_taking_part(actor, entry, disqualify_form, reinstate_form, prize_seen),
    )
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = _WITH_FRAME
    return response


def address_of_entry(slug: str, number: int) -> str:
    """Where the desk shows an entry."""
    return url_for("challenges.desk_entry", slug=slug, number=number)


def _what_it_says(entry: Entry) -> Shown:
    """The answer, new text first, without what tells who sent it."""
    message, raw = message_of(entry), raw_of(entry)
    sender = sender_of(message)
    return {
        "message": message,
        "subject": hide_sender(message.subject, sender) if message else "",
        "text": hide_sender(message.text, sender) if message else "",
        "elided": hide_sender(message.elided, sender) if message else "",
        "needs_a_person": why_a_person(message.defects) if message and not message.readable else "",
        "may_be_automatic": bool(entry.eligible) and message is not None and may_be_a_machine(message),
        "attachments": _attachments(entry, is_kept=bool(raw)),
        "raw": raw_as_text(raw, sender, RAW_EXCERPT) if raw else "",
        "raw_is_cut": entry.delivery.size > RAW_EXCERPT,
        "has_html": b"text/html" in raw.lower(),
        "mark": HIDDEN,
    }


def _how_it_stands(entry: Entry, outcome: Outcome) -> Shown:
    """What has been decided of it, and what its sender is asked."""
    is_over, award = is_beyond_change(entry.challenge), award_of_entry(entry)
    return {
        "state": entry_words(
            entry.eligible,
            entry.why_not,
            last_judgement(entry),
            is_over=is_over,
            is_over_limit=entry.number in outcome.over_limit,
            is_needed=entry.number in outcome.waiting_for,
        ),
        "is_correct": bool(entry.eligible)
        and last_judgement(entry) is Judgement.CORRECT
        and entry.number not in outcome.over_limit,
        "asked_words": asked_words(entry.confirmation, entry.eligible, entry.why_not, is_over=is_over),
        "is_confirmed": entry.confirmation is None or entry.confirmation.confirmed_at is not None,
        "can_ask": not is_over and can_be_asked_again(entry),
        "is_waited_for": entry.number in outcome.waiting_for,
        "is_candidate": entry.number in outcome.winners.values() and not (award and award.is_living),
        "award_words": award_words(award) if award else "",
        "tries": tries_over_limit(entry),
    }


def _judging(
    actor: Actor, entry: Entry, outcome: Outcome, form: VerdictForm, *, is_refused: bool, is_told: bool
) -> Shown:
    """The verdict that can be given, and what helps to give it."""
    challenge, sight = entry.challenge, sight_of(entry, actor.person_id)
    # A verdict that came before the message was read can be sent again.
    is_judged_here = can_get_verdict(challenge, entry) and (
        bool(entry.eligible) or (is_refused and entry.eligible is None)
    )
    can_judge = is_judged_here and sight.turn.may_judge
    same = alike(entry, actor.person_id) if can_judge else ()
    form.show(challenge, sight, [each.number for each in same], is_told=is_told)
    return {
        "form": form,
        "sight": sight,
        "can_judge": can_judge,
        "alike": [(each.number, _beginning_of(each), _other_subject(each, entry)) for each in same],
        "proposal": _proposal(entry),
        "turn_words": _turn_words(sight, judges=challenge.judges) if is_judged_here else "",
        "reason_hint": reason_hint(sorted(set(sight.needs.values()))),
        "judgement_words": judgement_words,
        "rubric_words": {item["code"]: item["words"] for item in challenge.rubric},
        "waiting": len(
            outcome.waiting_for if challenge.judges == 1 else queue_of(challenge, outcome, actor.person_id)
        ),
    }


def _taking_part(
    actor: Actor,
    entry: Entry,
    disqualify_form: DisqualifyForm | None,
    reinstate_form: ReinstateForm | None,
    prize_seen: str | None,
) -> Shown:
    """Who was thrown out and why, and the forms for those who may do that or undo it.

    Whoever holds a prize loses it by that: it is done on the page of the prizes, which says so.
    """
    award = award_of_entry(entry)
    may_disqualify = allowed(actor, "entry:disqualify", entry.challenge)
    holds = award is not None and award.is_living
    can_disqualify = may_disqualify and not holds and can_change_standing(entry.challenge, award)
    return {
        "shared": {number: what_is_shared(what) for number, what in shared_with(entry).items()}
        if may_disqualify
        else {},
        "disqualified": [
            (each, disqualified_words(WhyDisqualified(each.reason_code)))
            for each in disqualifications_of(entry)
        ],
        "disqualify_form": (disqualify_form or DisqualifyForm(formdata=None))
        if can_disqualify and entry.eligible
        else None,
        "reinstate_form": (reinstate_form or ReinstateForm(formdata=None))
        if can_disqualify and disqualification_of(entry)
        else None,
        "prize_seen": prize_seen if prize_seen is not None else mark_of(award),
        "has_lost": award is not None and AwardStep(award.step).is_lost,
    }


def _turn_words(sight: Sight, *, judges: int) -> str:
    return turn_words(sight.turn) if judges > 1 or sight.turn is Turn.OWN else ""


def _proposal(entry: Entry) -> str:
    """What the rule of the challenge finds of an entry, for whoever judges it; nothing where it has none."""
    rule, message = rule_of(entry.challenge), message_of(entry)
    if message is None or not entry.eligible or entry.delivery.forgotten_at is not None:
        return ""
    if rule is None:
        is_missed = role_of(entry.challenge) is Role.OUTDATED and not is_beyond_change(entry.challenge)
        return outdated_words() if is_missed else ""
    return finding_words(finding_of(entry.challenge, rule, message))


def _attachments(entry: Entry, *, is_kept: bool) -> list[tuple[str, object, str]]:
    """What each attachment is, its size in bytes, and where it is to be had; nowhere once its bytes are gone."""
    message = message_of(entry)
    address = partial(
        url_for, "challenges.desk_entry_attachment", slug=entry.challenge.slug, number=entry.number
    )
    return [
        (attachment_kind(each), each.get("size"), address(which=which) if is_kept else "")
        for which, each in enumerate(message.attachments if message else [], start=1)
    ]


def _other_subject(entry: Entry, shown_entry: Entry) -> str:
    """The subject of an answer, where it is another than that of the one whose page it is."""
    message, shown_message = message_of(entry), message_of(shown_entry)
    if message is None or shown_message is None or message.subject == shown_message.subject:
        return ""
    return beginning_of(message.subject, sender_of(message), _BEGINNING)


def _beginning_of(entry: Entry) -> str:
    """What an answer says, as far as a list shows it."""
    message = message_of(entry)
    return beginning_of(message.text if message else "", sender_of(message), _BEGINNING)
