"""Joins challenges to the application."""

from flask import Flask

from blog.accounts.chapters import register_chapters
from blog.accounts.holdings import register_holdings
from blog.articles.events import ArticleSaved
from blog.challenges import jobs, receivers, witnessing
from blog.challenges.cli import deciding, disqualifying, ledger, reading
from blog.challenges.cli import prizes as prize_commands
from blog.challenges.cli import terms as terms_commands
from blog.challenges.cli.group import challenges_cli
from blog.challenges.events import (
    AwardRevoked,
    ChallengeEnded,
    EntryDisqualified,
    EntryReinstated,
    PrizeStepTaken,
    PublicNameRemoved,
    SenderAskedAgain,
    TermsAmended,
    TrackingCorrected,
    VerdictsGiven,
    WinnerAnnounced,
    WinnerCodeRenewed,
)
from blog.challenges.models.entries import CONFIRMATIONS
from blog.challenges.own_chapters import CHAPTERS
from blog.challenges.own_holdings import HOLDINGS
from blog.challenges.policy import POLICY
from blog.challenges.retention import RETENTIONS, undecided_answers, winners_in_the_books
from blog.challenges.views import (
    answer_rule,
    answering,
    attached,
    desk,
    endings,
    figures,
    fillers,
    judging,
    ledger_pages,
    places,
    prizes,
    public,
    rules,
    set_up,
)
from blog.challenges.views.blueprint import blueprint
from blog.core.events import subscribe
from blog.core.permissions import register
from blog.core.retention import register_retention
from blog.core.slots import fill
from blog.mailroom.events import MailRefused, SenderProven
from blog.mailroom.forgetting import keep_deliveries, keep_raw_mail
from blog.mailroom.oversight import offer_places
from blog.mailroom.routes import register_route

# Importing the modules is what puts their views on the blueprint.
VIEWS = (
    answer_rule,
    answering,
    attached,
    desk,
    endings,
    figures,
    judging,
    ledger_pages,
    prizes,
    public,
    rules,
    set_up,
)
# And this what puts the commands into their group.
COMMANDS = (deciding, disqualifying, ledger, prize_commands, reading, terms_commands)
# And this what registers its handlers.
JOBS = (jobs, witnessing)


def init_app(app: Flask) -> None:
    """Register pages, permissions, commands, the mail route and what reacts to events."""
    register_holdings(*HOLDINGS)
    register_chapters(*CHAPTERS)
    register_retention(*RETENTIONS)
    keep_deliveries("winning answers", winners_in_the_books)
    keep_raw_mail("answers without a decision", undecided_answers)
    register(POLICY)
    app.register_blueprint(blueprint)
    app.cli.add_command(challenges_cli)
    register_route(receivers.AnswersRoute())
    register_route(receivers.ConfirmationsRoute())
    offer_places("answers", places.entry_places)
    offer_places(CONFIRMATIONS, places.confirmation_places)
    _subscribe()
    fill("article.challenge", fillers.live_block)
    fill("desk.article.top", fillers.closed_to_readers)
    fill("desk.article", fillers.article_challenges)
    fill("desk.overview", fillers.overview)
    fill("erasure.extent", fillers.extent_of_erasure)


def _subscribe() -> None:
    subscribe(WinnerAnnounced, receivers.tell_winner)
    subscribe(WinnerCodeRenewed, receivers.tell_winner)
    subscribe(AwardRevoked, receivers.tell_revoked)
    subscribe(PrizeStepTaken, receivers.tell_of_prize)
    subscribe(TrackingCorrected, receivers.tell_of_tracking)
    subscribe(PublicNameRemoved, receivers.tell_of_name)
    subscribe(PrizeStepTaken, receivers.ask_next_in_line)
    subscribe(ChallengeEnded, receivers.tell_result_later)
    subscribe(VerdictsGiven, receivers.ask_after_verdicts)
    subscribe(TermsAmended, receivers.judge_again_by_rule)
    subscribe(EntryDisqualified, receivers.ask_after_change_of_standing)
    subscribe(EntryDisqualified, receivers.tell_kept_out)
    subscribe(EntryReinstated, receivers.ask_after_change_of_standing)
    subscribe(EntryReinstated, receivers.tell_reinstated)
    subscribe(SenderAskedAgain, receivers.ask_again_to_confirm)
    subscribe(SenderProven, receivers.note_proven_sender)
    subscribe(MailRefused, receivers.count_refused_answers)
    subscribe(ArticleSaved, receivers.keep_questions_current)
