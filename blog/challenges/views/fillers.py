"""What challenges show on the pages of other features."""

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from blog.accounts.models.people import Person
from blog.accounts.queries import somebody
from blog.articles.body import Part, body_of
from blog.articles.models import Article
from blog.challenges.models.challenges import Challenge
from blog.challenges.queries.awards import PrizeWon, overdue_prizes, prizes_won_by
from blog.challenges.queries.challenges import challenge_by_slug, challenges_by_slug, to_judge_altogether
from blog.challenges.queries.entries import running_entries_of
from blog.challenges.retention import winning_until
from blog.challenges.values import HIDDEN, SEND_WITHIN, ChallengeStatus
from blog.challenges.views.shown import shown, state_in_words
from blog.core import clock
from blog.core.config import current_settings
from blog.core.i18n import format_date_long
from blog.core.permissions import allowed
from blog.core.routing import current_actor


def live_block(*, article: Article, part: Part) -> Markup:
    """The challenge where its block stands in the article; to readers no more than its question until it is open."""
    challenge = challenge_by_slug(part.slug)
    if challenge is not None and challenge.article_id != article.id:
        # The name is another article's: this one can never be opened.
        return Markup()
    if challenge is not None and allowed(current_actor(), "challenge:read", challenge):
        return _rendered("challenges/_live_block.html", challenge=shown(challenge))
    is_scheduled = challenge is not None and challenge.status == ChallengeStatus.SCHEDULED
    return _rendered(
        "challenges/_waiting_block.html",
        part=part,
        lang=article.language,
        opens_at=challenge.opens_at if challenge is not None and is_scheduled else None,
    )


def closed_to_readers(*, article: Article) -> Markup:
    """Above a published article at the desk: its challenges that no reader can take part in, and nobody knows when."""
    if not (article.is_published and allowed(current_actor(), "challenge:begin", article)):
        return Markup()
    blocks = body_of(article.html).parts_of_kind("challenge")
    existing = challenges_by_slug([block.slug for block in blocks]) if blocks else {}
    missing = [block for block in blocks if block.slug not in existing]
    drafts = [
        challenge
        for challenge in existing.values()
        if challenge.article_id == article.id and challenge.status == ChallengeStatus.DRAFT
    ]
    return _rendered("challenges/_closed_to_readers.html", missing=missing, drafts=drafts)


def article_challenges(*, article: Article) -> Markup:
    """At an article's desk page: each challenge block in it, to set up or to go to."""
    if not allowed(current_actor(), "challenge:begin", article):
        return Markup()
    blocks = body_of(article.html).parts_of_kind("challenge")
    if not blocks:
        return Markup()
    existing = challenges_by_slug([block.slug for block in blocks])
    return _rendered(
        "challenges/_article_challenges.html",
        article=article,
        blocks=blocks,
        existing=existing,
        has_opened=any(_goes_on(challenge) for challenge in existing.values()),
        state_of=state_in_words,
    )


def _goes_on(challenge: Challenge) -> bool:
    return challenge.status not in HIDDEN and not ChallengeStatus(challenge.status).is_over


def overview() -> Markup:
    """At the desk of this person: for how many entries decisions wait, and which prizes wait for being sent."""
    actor = current_actor()
    author_id = None if allowed(actor, "challenge:oversee") else actor.person_id
    waiting = to_judge_altogether(author_id=author_id).now
    overdue = overdue_prizes(clock.now(), author_id=author_id)
    if not waiting and not overdue:
        return Markup()
    return _rendered("challenges/_overview.html", waiting=waiting, overdue=overdue, days=SEND_WITHIN.days)


def extent_of_erasure(person: Person) -> Markup:
    """What somebody who thinks of leaving would give up in challenges; nothing when there is nothing."""
    whom = somebody(person)
    running, prizes = running_entries_of(whom), prizes_won_by(whom)
    items = [_what_becomes_of(each) for each in prizes]
    if running:
        words = ngettext(
            "%(num)s answer of yours that still takes part: it is withdrawn.",
            "%(num)s answers of yours that still take part: they are withdrawn.",
            running,
        )
        items.append(words)
    return Markup().join(Markup("<li>{}</li>").format(item) for item in items)


def _what_becomes_of(won: PrizeWon) -> str:
    if not won.is_sent:
        return _("“%(prize)s”, which you have won: it does not come to you any more.", prize=won.prize)
    days = current_settings().keep_winners_days
    if days and won.settled_at is None:
        return ngettext(
            "“%(prize)s”: your name goes from the result. The answer that won and its address stay in our books until "
            "%(num)s day after the challenge is over, as the law wants.",
            "“%(prize)s”: your name goes from the result. The answer that won and its address stay in our books until "
            "%(num)s days after the challenge is over, as the law wants.",
            days,
            prize=won.prize,
        )
    until = winning_until(won.settled_at) if won.settled_at else None
    if until is None:
        return _("“%(prize)s”: nobody can tell any more that you have won it.", prize=won.prize)
    return _(
        "“%(prize)s”: your name goes from the result. The answer that won and its address stay in our books until "
        "%(date)s, as the law wants.",
        prize=won.prize,
        date=format_date_long(until),
    )


def _rendered(template: str, **values: object) -> Markup:
    # A template's output is escaped by the template.
    return Markup(render_template(template, **values))  # noqa: S704
