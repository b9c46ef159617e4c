"""Joins this feature to the application."""

from flask import Flask

from blog.accounts.words import name_acts
from blog.articles.events import ArticlePublished, ArticleSaved, ArticleUnpublished
from blog.challenges.events import (
    ChallengeChanged,
    ChallengeClosed,
    ChallengeEnded,
    ChallengeMade,
    ChallengeOpened,
    ChallengeRemoved,
    ChallengeScheduled,
    ChallengeTakenBack,
    ClosingTimeSet,
    EntryDisqualified,
    EntryJudged,
    EntryReinstated,
    PrizeStepTaken,
    PublicNameRemoved,
    SenderAskedAgain,
    SendersShown,
    TermsAmended,
    TrackingCorrected,
    WinnerAnnounced,
    WinnerCodeRenewed,
)
from blog.core.events import subscribe
from blog.core.permissions import register
from blog.discussions.events import CommentRemoved, ThreadModeChanged
from blog.home import receivers
from blog.home.cli import site_cli
from blog.home.demo.cli import demo_command
from blog.home.policy import POLICY
from blog.home.views import blueprint
from blog.mailroom.events import (
    LetterSentAgain,
    MailReadAgain,
    OlderMailReadAgain,
    RawMailShown,
    RawMailTaken,
)


def init_app(app: Flask) -> None:
    """Register the front page, the operator's pages and commands, and the demo."""
    register(POLICY)
    app.register_blueprint(blueprint)
    name_acts(receivers.ACT_NAMES, receivers.SUBJECT_NAMES, receivers.DETAIL_WORDS)
    subscribe(ArticlePublished, receivers.note_published)
    subscribe(ArticleSaved, receivers.note_changed_article)
    subscribe(ArticleUnpublished, receivers.note_unpublished)
    subscribe(CommentRemoved, receivers.note_removed)
    subscribe(ThreadModeChanged, receivers.note_mode)
    subscribe(ChallengeMade, receivers.note_made)
    subscribe(ChallengeChanged, receivers.note_changed_challenge)
    subscribe(ClosingTimeSet, receivers.note_closing_time)
    subscribe(ChallengeOpened, receivers.note_opened)
    subscribe(ChallengeClosed, receivers.note_closed)
    subscribe(ChallengeScheduled, receivers.note_scheduled)
    subscribe(ChallengeTakenBack, receivers.note_taken_back)
    subscribe(ChallengeRemoved, receivers.note_removed_challenge)
    subscribe(TermsAmended, receivers.note_amended)
    subscribe(EntryJudged, receivers.note_judged)
    subscribe(SendersShown, receivers.note_senders_shown)
    subscribe(EntryDisqualified, receivers.note_disqualified)
    subscribe(EntryReinstated, receivers.note_reinstated)
    subscribe(SenderAskedAgain, receivers.note_asked_again)
    subscribe(WinnerAnnounced, receivers.note_announced)
    subscribe(PrizeStepTaken, receivers.note_prize)
    subscribe(WinnerCodeRenewed, receivers.note_new_code)
    subscribe(TrackingCorrected, receivers.note_tracking)
    subscribe(PublicNameRemoved, receivers.note_removed_name)
    subscribe(ChallengeEnded, receivers.note_ended)
    subscribe(RawMailShown, receivers.note_shown_mail)
    subscribe(RawMailTaken, receivers.note_taken_mail)
    subscribe(MailReadAgain, receivers.note_mail_read_again)
    subscribe(OlderMailReadAgain, receivers.note_older_mail_read_again)
    subscribe(LetterSentAgain, receivers.note_sent_again)
    app.cli.add_command(site_cli)
    app.cli.add_command(demo_command)
