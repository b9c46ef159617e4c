"""Joins challenges to the application."""

from flask import Flask

from blog.accounts.chapters import register_chapters
from blog.accounts.holdings import register_holdings
from blog.articles.events import ArticleSaved
from blog.challenges import jobs
from blog.challenges.cli import deciding, disqualifying, ledger, reading
from blog.challenges.cli import terms as terms_cli
from blog.challenges.cli.group import challenges_cli
from blog.challenges.events import (
    AwardRevoked,
    EntryDisqualified,
    EntryJudged,
    EntryReinstated,
    SenderAskedAgain,
    TermsAmended,
    WinnerAnnounced,
)
from blog.challenges.models.entries import CONFIRMATIONS
from blog.challenges.own_chapters import CHAPTERS
from blog.challenges.own_holdings import HOLDINGS
from blog.challenges.policy import POLICY
from blog.challenges.receivers import (
    AnswersRoute,
    ConfirmationsRoute,
    ask_after_change_of_standing,
    ask_after_verdict,
    ask_again_to_confirm,
    judge_again_by_rule,
    keep_questions_current,
    note_proven_sender,
    tell_revoked,
    tell_winner,
)
from blog.challenges.retention import RETENTIONS, undecided_answers, winners_in_the_books
from blog.challenges.views import (
    answer_rule,
    answering,
    desk,
    endings,
    fillers,
    judging,
    places,
    public,
    rules,
    set_up,
)
from blog.challenges.views.blueprint import blueprint
from blog.core.events import subscribe
from blog.core.permissions import register
from blog.core.retention import register_retention
from blog.core.slots import fill
from blog.mailroom.events import SenderProven
from blog.mailroom.forgetting import keep_deliveries, keep_raw_mail
from blog.mailroom.oversight import offer_places
from blog.mailroom.routes import register_route

# Importing the modules is what puts their views on the blueprint.
VIEWS = (answer_rule, answering, desk, endings, judging, public, rules, set_up)
# And this what puts the commands into their group.
COMMANDS = (deciding, disqualifying, ledger, reading, terms_cli)
# And this what registers its handlers.
JOBS = (jobs,)


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
    register_route(AnswersRoute())
    register_route(ConfirmationsRoute())
    offer_places("answers", places.entry_places)
    offer_places(CONFIRMATIONS, places.confirmation_places)
    subscribe(WinnerAnnounced, tell_winner)
    subscribe(AwardRevoked, tell_revoked)
    subscribe(EntryJudged, ask_after_verdict)
    subscribe(TermsAmended, judge_again_by_rule)
    subscribe(EntryDisqualified, ask_after_change_of_standing)
    subscribe(EntryReinstated, ask_after_change_of_standing)
    subscribe(SenderAskedAgain, ask_again_to_confirm)
    subscribe(SenderProven, note_proven_sender)
    subscribe(ArticleSaved, keep_questions_current)
    fill("article.challenge", fillers.live_block)
    fill("desk.article", fillers.article_challenges)
    fill("desk.overview", fillers.overview)
    fill("erasure.extent", fillers.extent_of_erasure)
