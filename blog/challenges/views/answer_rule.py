"""The desk: the rule of a challenge, and what it makes of samples and of the answers so far."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.challenges.access import desk_challenge_for
from blog.challenges.actions.answer_rule import check_rule, set_answer_rule
from blog.challenges.automatic import Role, finding_of, role_of
from blog.challenges.blind import Sender, hide_sender
from blog.challenges.forms.answer_rule import RuleForm, rule_form_for
from blog.challenges.models.challenges import Challenge
from blog.challenges.policy import status_at
from blog.challenges.queries.entries import last_judgement, readable_entries
from blog.challenges.rules.compiling import CompiledRule, compile_rule
from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.finding import Finding, Ruling
from blog.challenges.rules.kinds import Mode
from blog.challenges.rules.samples import Sample, try_out, wrong_of
from blog.challenges.values import HIDDEN, Judgement
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.desk import JUDGES, REFUSALS
from blog.challenges.words.answer_rule import by_itself_words, fault_words, ruling_words, why_words
from blog.challenges.words.states import judgement_words
from blog.core import clock
from blog.core.db import unit_of_work
from blog.core.permissions import require
from blog.core.routing import current_actor, staff_only

# So many of the answers so far a rule is tried on at once: the newest.
TRIED = 200
# And for so long: an editor waits for it.
_SECONDS = 2.0
_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class TriedSample:
    """What a rule makes of a sample."""

    sample: Sample
    finding: Finding

    @property
    def is_as_wanted(self) -> bool:
        """Whether it does what the editor wants."""
        return (self.finding.judgement is Ruling.CORRECT) == self.sample.accepted


@dataclass(frozen=True, slots=True)
class TriedEntry:
    """What a rule makes of an entry: its beginning, blind, and the ruling that it has."""

    number: int
    text: str
    finding: Finding
    judgement: Judgement | None

    @property
    def is_at_odds(self) -> bool:
        """Whether people have said the opposite."""
        said = {Ruling.CORRECT: Judgement.CORRECT, Ruling.INCORRECT: Judgement.INCORRECT}.get(
            self.finding.judgement
        )
        return said is not None and self.judgement not in {None, Judgement.UNCLEAR, said}


@blueprint.route("/desk/challenges/<slug>/rule", methods=["GET", "POST"])
@staff_only(*JUDGES)
def desk_answer_rule(slug: str) -> str | Response | tuple[str, int]:
    """Write a rule, try it out, and keep it."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    require(actor, "challenge:set_up", challenge)
    form = rule_form_for(challenge)
    if not form.validate_on_submit():
        return _page(challenge, form), 422 if form.is_submitted() else 200
    rule = form.rule()
    try:
        if "try" in request.form:
            if rule is None:
                form.kind.errors = [*form.kind.errors, _("Choose first what kind of rule it is.")]
                return _page(challenge, form), 422
            check_rule(rule, form.samples())
            return _page(challenge, form, is_tried=True)
        with unit_of_work():
            set_answer_rule(actor, challenge, rule, form.samples(), form.reason.data or "")
    except REFUSALS as error:
        return _page(challenge, form, form.show_refusal(error)), error.status
    flash(_("The rule is kept.") if rule else _("There is no rule any more: people judge."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


def _page(challenge: Challenge, form: RuleForm, refusal: str = "", *, is_tried: bool = False) -> str:
    compiled = _compiled(form)
    tried, is_cut_short = _tried(challenge, compiled) if compiled else ((), False)
    status = status_at(challenge, clock.now())
    return render_template(
        "challenges/desk_answer_rule.html",
        challenge=challenge,
        form=form,
        refusal=refusal,
        is_opened=status not in HIDDEN,
        is_over=status.is_over,
        is_tried=is_tried,
        samples=[TriedSample(each, try_out(compiled, each)) for each in form.samples()] if compiled else [],
        entries=tried,
        most=TRIED,
        is_cut_short=is_cut_short,
        is_outdated=role_of(challenge) is Role.OUTDATED,
        by_itself=by_itself_words(decides=form.mode.data == Mode.DECIDES),
        outdated_words=fault_words(Fault.OTHER_VERSION, "", form.language),
        ruling_words=ruling_words,
        why_words=why_words,
        judgement_words=judgement_words,
    )


def _compiled(form: RuleForm) -> CompiledRule | None:
    """The rule as it stands in the form, if it can be tried at all."""
    rule = form.rule()
    if rule is None:
        return None
    try:
        return compile_rule(rule, wrong_of(form.samples()))
    except RuleFault:
        # Its fields say so.
        return None


def _tried(challenge: Challenge, compiled: CompiledRule) -> tuple[Sequence[TriedEntry], bool]:
    """What the rule makes of the newest answers, one at least, and whether there was no time for more."""
    tried: list[TriedEntry] = []
    until = time.monotonic() + _SECONDS
    for entry in readable_entries(challenge, TRIED):
        message = entry.delivery.message
        if message is None:
            continue
        if tried and time.monotonic() > until:
            return tried, True
        text = hide_sender(message.text, Sender(message.from_name, message.from_address))
        excerpt = " ".join(text.split())[:_EXCERPT]
        finding = finding_of(challenge, compiled, message)
        tried.append(TriedEntry(entry.number, excerpt, finding, last_judgement(entry)))
    return tried, False
