"""An article that is out before its challenge, and a challenge that is out before its article: each side is told."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from blog.challenges.models.challenges import Challenge
from blog.challenges.values import ChallengeStatus
from blog.core import clock
from blog.core.db import unit_of_work
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge
from tests.support.queries import counted_statements

pytestmark = pytest.mark.usefixtures("app")

HTML = (
    '<p>The lead.</p>\n<section class="block block-challenge" data-block="challenge" data-slug="small-challenge" '
    'id="challenge-small-challenge"><h2>A small challenge</h2>\n<p>What is it?</p></section>'
)
TO_THE_CHALLENGE = 'href="/desk/challenges/small-challenge"'


@pytest.fixture
def editor(sign_in: SignIn) -> FlaskClient:
    """The browser of an editor."""
    return sign_in(make_person(role="editor"))


def challenge_in_article(
    status: ChallengeStatus, *, published: bool = True, opens_at: datetime | None = None
) -> Challenge:
    """The challenge of an article's block."""
    article = make_article(html=HTML, published=published)
    return make_challenge(
        slug="small-challenge", article=article, status=status, opens_at=opens_at, prize="Secret prize"
    )


def article_of(challenge: Challenge) -> tuple[str, str]:
    """Where readers find its article, and where it is written."""
    assert challenge.article is not None
    return f"/articles/{challenge.article.slug}", f"/desk/articles/{challenge.article.id}"


def warnings_of(page: str) -> str:
    """What the warnings of a page say."""
    return " ".join(part.split("</div>")[0] for part in page.split('<div class="notice notice--warning')[1:])


class TestReaders:
    def test_are_told_that_it_is_not_open_yet(self, client: FlaskClient) -> None:
        article, _desk = article_of(challenge_in_article(ChallengeStatus.DRAFT))
        page = client.get(article).text
        assert "What is it?" in page
        assert "Not open yet" in page
        assert "Keep your answer to yourself until then." in page
        for secret in ("Secret prize", "small-challenge@answers.example.org", "/answer"):
            assert secret not in page

    def test_are_told_when_it_opens(self, client: FlaskClient) -> None:
        opens_at = clock.now() + timedelta(days=2)
        article, _desk = article_of(challenge_in_article(ChallengeStatus.SCHEDULED, opens_at=opens_at))
        page = client.get(article).text
        assert "Not open yet" in page
        assert f'It opens on <time datetime="{opens_at.isoformat()}">' in page
        assert "Secret prize" not in page

    def test_are_told_so_before_anybody_has_set_it_up(self, client: FlaskClient) -> None:
        page = client.get(f"/articles/{make_article(html=HTML).slug}").text
        assert "Not open yet" in page

    def test_are_promised_nothing_where_the_name_is_another_articles(self, client: FlaskClient) -> None:
        make_challenge(slug="small-challenge", article=make_article(), status=ChallengeStatus.DRAFT)
        page = client.get(f"/articles/{make_article(html=HTML).slug}").text
        assert "What is it?" in page
        assert "Not open yet" not in page

    @pytest.mark.parametrize("status", [ChallengeStatus.OPEN, ChallengeStatus.CLOSED])
    def test_hear_nothing_of_it_once_it_is_open(self, client: FlaskClient, status: ChallengeStatus) -> None:
        article, _desk = article_of(challenge_in_article(status))
        assert "Not open yet" not in client.get(article).text

    def test_pay_no_more_for_it_than_for_an_open_one(self, client: FlaskClient) -> None:
        challenge = challenge_in_article(ChallengeStatus.DRAFT)
        article, _desk = article_of(challenge)
        with counted_statements() as waiting:
            client.get(article)
        with unit_of_work():
            challenge.status = ChallengeStatus.OPEN
        with counted_statements() as opened:
            client.get(article)
        assert len(waiting) <= len(opened)


class TestWhoeverPublishes:
    def test_is_told_that_the_challenge_waits_and_where_it_is_opened(self, editor: FlaskClient) -> None:
        challenge = challenge_in_article(ChallengeStatus.DRAFT, published=False)
        _article, desk = article_of(challenge)
        assert "not been opened" not in warnings_of(editor.get(desk).text)
        assert challenge.article is not None
        saved = editor.post(
            desk,
            data={
                "title": "An article",
                "body": "A line.\n\n::: challenge small-challenge\n## A small challenge\n\nWhat is it?\n:::\n",
                "language": "en",
                "version": challenge.article.version,
                "act": "publish",
            },
            follow_redirects=True,
        )
        assert "Saved and published." in saved.text
        told = warnings_of(saved.text)
        assert "has not been opened: readers see the question and cannot answer it." in told
        assert TO_THE_CHALLENGE in told

    def test_is_told_that_nobody_has_set_it_up(self, editor: FlaskClient) -> None:
        told = warnings_of(editor.get(f"/desk/articles/{make_article(html=HTML).id}").text)
        assert "has not been set up: readers see the question and cannot answer it." in told
        assert 'href="#article-challenges-title"' in told

    @pytest.mark.parametrize("status", [ChallengeStatus.OPEN, ChallengeStatus.CLOSED, ChallengeStatus.FINAL])
    def test_is_not_warned_once_it_is_open(self, editor: FlaskClient, status: ChallengeStatus) -> None:
        _article, desk = article_of(challenge_in_article(status))
        assert warnings_of(editor.get(desk).text) == ""

    def test_is_not_warned_where_it_opens_by_itself(self, editor: FlaskClient) -> None:
        opens_at = clock.now() + timedelta(days=2)
        _article, desk = article_of(challenge_in_article(ChallengeStatus.SCHEDULED, opens_at=opens_at))
        assert warnings_of(editor.get(desk).text) == ""


class TestWhoeverOpens:
    @pytest.mark.parametrize(
        "status", [ChallengeStatus.DRAFT, ChallengeStatus.SCHEDULED, ChallengeStatus.OPEN]
    )
    def test_is_told_that_the_article_is_a_draft(self, editor: FlaskClient, status: ChallengeStatus) -> None:
        challenge = challenge_in_article(status, published=False, opens_at=clock.now() + timedelta(days=2))
        _article, desk = article_of(challenge)
        told = warnings_of(editor.get("/desk/challenges/small-challenge").text)
        assert "Its article is a draft" in told
        assert f'href="{desk}"' in told

    @pytest.mark.parametrize("status", [ChallengeStatus.CLOSED, ChallengeStatus.FINAL])
    def test_is_told_nothing_once_it_takes_no_answers(
        self, editor: FlaskClient, status: ChallengeStatus
    ) -> None:
        challenge_in_article(status, published=False)
        assert "Its article is a draft" not in editor.get("/desk/challenges/small-challenge").text

    def test_is_told_nothing_where_the_article_is_out(self, editor: FlaskClient) -> None:
        challenge_in_article(ChallengeStatus.OPEN)
        assert "Its article is a draft" not in editor.get("/desk/challenges/small-challenge").text
