"""What staff do with articles, debates and challenges is written down in the audit log."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from blog.accounts.actions.audit import Detail, Subject, write_down
from blog.accounts.receivers import who_acts
from blog.articles.actions import byline_of
from blog.articles.events import ArticlePublished, ArticleSaved, ArticleUnpublished
from blog.articles.queries import begun_by
from blog.articles.values import Byline
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
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.values import AwardStep, ChallengeStatus, Judgement
from blog.core.actor import Actor
from blog.discussions.events import CommentRemoved, ThreadModeChanged
from blog.discussions.values import Mode
from blog.mailroom.events import (
    LetterSentAgain,
    MailReadAgain,
    OlderMailReadAgain,
    RawMailShown,
    RawMailTaken,
)

ACT_NAMES = {
    "article published": _("Article published"),
    "article unpublished": _("Article unpublished"),
    "article changed": _("Published article changed"),
    "draft begun": _("Draft begun in the name of somebody else"),
    "draft changed": _("Draft of somebody else changed"),
    "byline changed": _("Draft put under another name"),
    "comment removed": _("Comment removed"),
    "thread mode changed": _("Debate closed or opened"),
    "challenge made": _("Challenge made"),
    "challenge changed": _("Challenge changed"),
    "closing time set": _("Closing time of a challenge set"),
    "challenge opened": _("Challenge opened"),
    "challenge closed": _("Challenge closed"),
    "challenge scheduled": _("Challenge set to open by itself"),
    "challenge taken back": _("Challenge made a draft again"),
    "challenge removed": _("Challenge removed that was never open"),
    "challenge amended": _("Terms of a challenge amended"),
    "entry judged": _("Entry judged"),
    "entry disqualified": _("Entry disqualified"),
    "entry reinstated": _("Entry takes part again"),
    "sender asked again": _("Sender of an entry asked to confirm it once more"),
    "senders shown": _("Senders of entries looked at before the decision"),
    "winner announced": _("Winner announced"),
    "prize moved": _("Prize of a challenge sent, received or taken back"),
    "winner code renewed": _("New code sent to a winner"),
    "tracking corrected": _("Tracking of a prize corrected"),
    "public name removed": _("Name beside a correct answer removed"),
    "challenge ended": _("Challenge ended"),
    "raw mail shown": _("Mail looked at as it arrived"),
    "raw mail taken": _("Mail taken away as a file"),
    "mail read again": _("Mail read again"),
    "older mail read again": _("Mail of an older reader read again"),
    "letter sent again": _("Letter sent again that did not get out"),
    "work retried": _("Work tried again"),
}
SUBJECT_NAMES = {
    "article": _("article"),
    "comment": _("comment"),
    "thread": _("debate"),
    "challenge": _("challenge"),
    "entry": _("entry"),
    "delivery": _("mail"),
    "letter": _("letter"),
    "work": _("work"),
}
DETAIL_WORDS: dict[str, Mapping[str, LazyString]] = {
    "mode": {Mode.OPEN: _("opened"), Mode.CLOSED: _("closed")},
    "how": {
        ChallengeStatus.CANCELLED: _("called off"),
        ChallengeStatus.NO_WINNER: _("without a winner"),
    },
    "verdict": {
        Judgement.CORRECT: _("correct"),
        Judgement.INCORRECT: _("incorrect"),
        Judgement.UNCLEAR: _("unclear"),
    },
    "prize": {
        AwardStep.SENT: _("sent"),
        AwardStep.RETURNED: _("came back to us"),
        AwardStep.RECEIVED: _("received"),
        AwardStep.DECLINED: _("declined"),
        AwardStep.EXPIRED: _("not claimed in time"),
        AwardStep.DISQUALIFIED: _("disqualified"),
    },
}


def note_published(event: ArticlePublished) -> None:
    """An article became readable."""
    place = f"/articles/{event.article.slug}"
    write_down("article published", who_acts(event.by), Subject("article", event.article.id, place))


def note_unpublished(event: ArticleUnpublished) -> None:
    """An article is a draft again."""
    place = f"/desk/articles/{event.article.id}"
    write_down("article unpublished", who_acts(event.by), Subject("article", event.article.id, place))


def note_changed_article(event: ArticleSaved) -> None:
    """What readers can read says something else, or what a colleague writes. A draft is its writer's own affair."""
    article = event.article
    if article.is_published:
        act, place = "article changed", f"/articles/{article.slug}"
    else:
        act, place = _act_on_draft(event), f"/desk/articles/{article.id}"
    if act is not None:
        details = _new_author(event)
        write_down(act, who_acts(event.by), Subject("article", article.id, place), details)


def _act_on_draft(event: ArticleSaved) -> str | None:
    """What was done to a draft, if that is not its writer's own affair."""
    before, now = event.before, byline_of(event.article)
    if before is None:
        return None if _is(event.by, now) else "draft begun"
    if before.person_id != now.person_id or (now.person_id is None and before.name != now.name):
        return "byline changed"
    # Under the name of nobody here it is of whoever has begun it, which has been written down.
    owner_id = begun_by(event.article.id) if before.person_id is None else before.person_id
    return None if owner_id == event.by.person_id else "draft changed"


def _new_author(event: ArticleSaved) -> dict[str, Detail]:
    now = byline_of(event.article)
    return {} if event.before == now else {"author": now.person_id}


def _is(actor: Actor, byline: Byline) -> bool:
    return actor.person_id is not None and actor.person_id == byline.person_id


def note_removed(event: CommentRemoved) -> None:
    """A comment was taken away. Why is for everybody to read in the log of moderation."""
    place = f"/c/{event.comment.id}"
    write_down("comment removed", who_acts(event.by), Subject("comment", event.comment.id, place))


def note_mode(event: ThreadModeChanged) -> None:
    """A debate was closed or opened."""
    details: dict[str, Detail] = {"mode": str(event.mode.value)}
    subject = Subject("thread", event.thread.id, f"/debates/{event.thread.id}")
    write_down("thread mode changed", who_acts(event.by), subject, details)


def note_made(event: ChallengeMade) -> None:
    """There is a challenge. Its article may say at once until when answers count."""
    closes_at = event.challenge.closes_at
    write_down(
        "challenge made",
        who_acts(event.by),
        _desk_of(event.challenge),
        _until(closes_at) if closes_at else None,
    )


def note_changed_challenge(event: ChallengeChanged) -> None:
    """A challenge says something else."""
    write_down("challenge changed", who_acts(event.by), _desk_of(event.challenge))


def note_closing_time(event: ClosingTimeSet) -> None:
    """Answers count until another time."""
    details = _until(event.challenge.closes_at)
    write_down("closing time set", who_acts(event.by), _desk_of(event.challenge), details)


def note_opened(event: ChallengeOpened) -> None:
    """A challenge takes answers."""
    write_down("challenge opened", who_acts(event.by), _challenge(event.challenge))


def note_scheduled(event: ChallengeScheduled) -> None:
    """A challenge opens by itself."""
    opens_at = event.challenge.opens_at
    details: dict[str, Detail] = {"from": opens_at.isoformat() if opens_at else None}
    write_down("challenge scheduled", who_acts(event.by), _desk_of(event.challenge), details)


def note_taken_back(event: ChallengeTakenBack) -> None:
    """A challenge does not open by itself any more."""
    write_down("challenge taken back", who_acts(event.by), _desk_of(event.challenge))


def note_removed_challenge(event: ChallengeRemoved) -> None:
    """A challenge is gone that nobody had seen."""
    write_down("challenge removed", who_acts(event.by), _desk_of(event.challenge))


def note_amended(event: TermsAmended) -> None:
    """A challenge that was opened says something else. What and why is for everybody to read on its page."""
    write_down("challenge amended", who_acts(event.by), _challenge(event.challenge))


def note_closed(event: ChallengeClosed) -> None:
    """A challenge takes no more answers."""
    write_down("challenge closed", who_acts(event.by), _challenge(event.challenge))


def note_judged(event: EntryJudged) -> None:
    """An entry got a verdict. Which one is not said where two have to agree: the other may read this log."""
    entry = event.entry
    details: dict[str, Detail] = {"number": entry.number}
    if entry.challenge.judges == 1:
        details["verdict"] = str(event.verdict.judgement)
    write_down("entry judged", who_acts(event.by), _entry(entry), details)


def note_disqualified(event: EntryDisqualified) -> None:
    """An entry cannot take part."""
    write_down("entry disqualified", who_acts(event.by), _entry(event.entry), {"number": event.entry.number})


def note_reinstated(event: EntryReinstated) -> None:
    """An entry takes part again."""
    write_down("entry reinstated", who_acts(event.by), _entry(event.entry), {"number": event.entry.number})


def note_senders_shown(event: SendersShown) -> None:
    """Somebody has looked at who sent what before it was decided."""
    write_down("senders shown", who_acts(event.by), _challenge(event.challenge))


def note_asked_again(event: SenderAskedAgain) -> None:
    """Whoever an entry names was asked once more whether it is theirs."""
    write_down("sender asked again", who_acts(event.by), _entry(event.entry), {"number": event.entry.number})


def note_announced(event: WinnerAnnounced) -> None:
    """A winner is final."""
    entry = event.award.entry
    details: dict[str, Detail] = {"number": entry.number}
    write_down("winner announced", who_acts(event.by), _challenge(entry.challenge), details)


def note_prize(event: PrizeStepTaken) -> None:
    """Somebody at the desk has sent a prize, or has taken it back. What winners do themselves is their own affair."""
    if event.by is None:
        return
    entry = event.award.entry
    details: dict[str, Detail] = {"number": entry.number, "prize": event.step.value}
    write_down("prize moved", who_acts(event.by), _prize_of(entry), details)


def note_new_code(event: WinnerCodeRenewed) -> None:
    """A winner gets a new code, with which they claim their prize: whoever reads their mail can do so."""
    details: dict[str, Detail] = {"number": event.award.entry.number}
    write_down("winner code renewed", who_acts(event.by), _prize_of(event.award.entry), details)


def note_tracking(event: TrackingCorrected) -> None:
    """A winner was told anew how their prize can be followed."""
    details: dict[str, Detail] = {"number": event.award.entry.number}
    write_down("tracking corrected", who_acts(event.by), _prize_of(event.award.entry), details)


def note_removed_name(event: PublicNameRemoved) -> None:
    """A name that stood beside a correct answer is shown no more."""
    entry = event.entry
    details: dict[str, Detail] = {"number": entry.number}
    write_down("public name removed", who_acts(event.by), _prize_of(entry), details)


def note_ended(event: ChallengeEnded) -> None:
    """Somebody has ended a challenge. The last winner who claims their prize ends it, too, and does not work here."""
    if event.by is not None:
        details: dict[str, Detail] = {"how": event.challenge.status}
        write_down("challenge ended", who_acts(event.by), _challenge(event.challenge), details)


def note_shown_mail(event: RawMailShown) -> None:
    """Somebody has looked at what somebody else mailed, as it arrived."""
    write_down("raw mail shown", who_acts(event.by), _delivery(event.delivery_id))


def note_taken_mail(event: RawMailTaken) -> None:
    """Somebody has taken away what somebody else mailed."""
    write_down("raw mail taken", who_acts(event.by), _delivery(event.delivery_id))


def note_mail_read_again(event: MailReadAgain) -> None:
    """A message is going to be read once more."""
    write_down("mail read again", who_acts(event.by), _delivery(event.delivery_id))


def note_older_mail_read_again(event: OlderMailReadAgain) -> None:
    """So many messages are going to be read once more."""
    write_down("older mail read again", who_acts(event.by), details={"total": event.total})


def note_sent_again(event: LetterSentAgain) -> None:
    """A letter that did not get out is tried once more."""
    place = f"/site/outbox/{event.outbox_id}"
    write_down("letter sent again", who_acts(event.by), Subject("letter", event.outbox_id, place))


def _delivery(delivery_id: int) -> Subject:
    return Subject("delivery", delivery_id, f"/site/mail/{delivery_id}")


def _prize_of(entry: Entry) -> Subject:
    return Subject("entry", entry.id, f"/desk/challenges/{entry.challenge.slug}/prizes")


def _entry(entry: Entry) -> Subject:
    return Subject("entry", entry.id, f"/desk/challenges/{entry.challenge.slug}/entries/{entry.number}")


def _challenge(challenge: Challenge) -> Subject:
    return Subject("challenge", challenge.id, f"/challenges/{challenge.slug}")


def _desk_of(challenge: Challenge) -> Subject:
    """Where whoever may change a challenge looks at it: readers do not find a draft."""
    return Subject("challenge", challenge.id, f"/desk/challenges/{challenge.slug}")


def _until(closes_at: datetime | None) -> dict[str, Detail]:
    return {"until": closes_at.isoformat() if closes_at else None}
