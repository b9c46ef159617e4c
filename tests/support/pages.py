"""Which pages there are to look at: one list for the checks, the structure and the screenshots."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page of the example site. `path` has the names of `example_site.fill` in it; `role` is who looks at it."""

    name: str
    path: str
    role: str = ""
    status: int = 200

    def address(self, places: Mapping[str, str], language: str) -> str:
        """Where the page is, in a language that the address itself asks for."""
        return f"{self.path.format_map(places)}?lang={language}"

    @property
    def email(self) -> str:
        """The address of the demo person who looks at it."""
        return f"{self.role}@example.org"


PAGES = (
    ListedPage("home", "/"),
    ListedPage("articles", "/articles/"),
    ListedPage("article", "/articles/{article}"),
    ListedPage("article-open", "/articles/{open_article}"),
    ListedPage("debates", "/debates/"),
    ListedPage("thread", "/debates/{thread}", "reader"),
    ListedPage("thread-closed", "/debates/{closed_thread}"),
    ListedPage("thread-long", "/debates/{long_thread}"),
    ListedPage("comment", "/c/{comment}"),
    ListedPage("answer", "/c/{comment}/answer", "reader"),
    ListedPage("edit", "/c/{own_comment}/edit", "reader"),
    ListedPage("delete", "/c/{own_comment}/delete", "reader"),
    ListedPage("challenges", "/challenges/"),
    ListedPage("challenge-open", "/challenges/{open_challenge}"),
    ListedPage("challenge-judging", "/challenges/{judging_challenge}"),
    ListedPage("challenge-announced", "/challenges/{announced_challenge}"),
    ListedPage("receipt", "/receipts/{receipt}"),
    ListedPage("receipt-winner", "/receipts/{winning_receipt}"),
    ListedPage("sign-in", "/account/sign-in"),
    ListedPage("account", "/account/", "reader"),
    ListedPage("not-found", "/articles/nowhere", status=404),
    ListedPage("forbidden", "/site/", "reader", status=403),
    ListedPage("log", "/moderation/log"),
    ListedPage("desk", "/desk/", "editor"),
    ListedPage("desk-articles", "/desk/articles/", "editor"),
    ListedPage("desk-edit", "/desk/articles/{draft}", "editor"),
    ListedPage("desk-revisions", "/desk/articles/{draft}/revisions", "editor"),
    ListedPage("desk-revision", "/desk/articles/{draft}/revisions/1", "editor"),
    ListedPage("desk-challenges", "/desk/challenges/", "editor"),
    ListedPage("desk-challenge", "/desk/challenges/{open_challenge}", "editor"),
    ListedPage("desk-challenge-draft", "/desk/challenges/{draft_challenge}", "editor"),
    ListedPage("desk-entry", "/desk/challenges/{judging_challenge}/entries/2", "editor"),
    ListedPage("desk-entry-announced", "/desk/challenges/{announced_challenge}/entries/2", "editor"),
    ListedPage("moderation", "/moderation/", "moderator"),
    ListedPage("moderation-thread", "/moderation/threads/{thread_number}", "moderator"),
    ListedPage("comment-remove", "/moderation/comments/{comment}/remove", "moderator"),
    ListedPage("outbox", "/site/outbox", "admin"),
    ListedPage("outbox-message", "/site/outbox/{message}", "admin"),
    ListedPage("site", "/site/", "admin"),
    ListedPage("styleguide", "/site/styleguide", "admin"),
)
