"""Which pages there are to look at: one list for the checks, the structure and the screenshots."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Page, Response

# Fills in the form of a page and sends it with one of its buttons, as no script of the page would hold it back.
_SEND = """({ typed, act }) => {
  const form = document.querySelector("main form[method=post]");
  for (const [name, value] of Object.entries(typed)) form.elements.namedItem(name).value = value;
  form.requestSubmit(form.querySelector(act ? `button[value="${act}"]` : "button[type=submit]"));
}"""
# Something of everything, and then two lines that are not right.
_TEXT = """\
Wie een vraag stelt, weet *meer* dan wie een antwoord geeft.

## Wat je hoort

> Ik denk er nog over na.

::: challenge het-antwoord
## Het antwoord

Wat zeg je terug?
:::

::: exercise drie-vragen fields=2
## Drie vragen

Schrijf op wat je vroeg.
:::
"""
# Somebody with an app that makes codes.
SECURED_EMAIL = "secured@example.org"
SECURED_PASSWORD = "zeven gewone woorden zijn genoeg"
# Whom the provider sends here for the first time, without a name that can be used.
NEWCOMER_EMAIL = "nameless@example.org"
_PROBLEMS = f"{_TEXT}\n::: raadsel\nx\n:::\n\n::: callout\ny\n"


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page of the example site. `path` has the names of `example_site.fill` in it; `role` is who looks at it.

    With `act` or `typed` it is what comes back when the form there is sent: with that button, and with what was typed.
    `leads_away`: it goes on to the provider by itself, which leaves the browser where it is.
    """

    name: str
    path: str
    role: str = ""
    status: int = 200
    act: str = ""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    leads_away: bool = False

    def address(self, places: Mapping[str, str], language: str) -> str:
        """Where the page is, in a language that the address itself asks for."""
        path = self.path.format_map(places)
        return f"{path}{'&' if '?' in path else '?'}lang={language}"

    @property
    def email(self) -> str:
        """The address of the demo person who looks at it."""
        return f"{self.role}@example.org"

    def open(
        self,
        page: Page,
        places: Mapping[str, str],
        language: str,
        wait_until: Literal["load", "networkidle"] = "load",
    ) -> Response | None:
        """Bring a browser to it. Returns what the server answered."""
        answer = page.goto(self.address(places, language), wait_until=wait_until)
        if not (self.act or self.typed or self.leads_away):
            return answer
        with page.expect_navigation(wait_until=wait_until) as sent:
            page.evaluate(_SEND, {"typed": dict(self.typed), "act": self.act})
        return sent.value


PAGES = (
    ListedPage("home", "/"),
    ListedPage("articles", "/articles/"),
    ListedPage("article", "/articles/{article}"),
    ListedPage("article-open", "/articles/{open_article}"),
    ListedPage("debates", "/debates/"),
    ListedPage("thread", "/debates/{thread}", "reader"),
    ListedPage("thread-closed", "/debates/{closed_thread}"),
    ListedPage("thread-long", "/debates/{long_thread}"),
    ListedPage("join", "/debates/{thread}", typed={"body": "Wie *luistert*, verkoopt meer."}),
    ListedPage("comment", "/c/{comment}"),
    ListedPage("answer-visitor", "/c/{comment}/answer"),
    ListedPage("comment-removed", "/c/{removed_comment}"),
    ListedPage("thread-moderated", "/debates/{thread}", "moderator"),
    ListedPage("answer", "/c/{comment}/answer", "reader"),
    ListedPage("edit", "/c/{own_comment}/edit", "reader"),
    ListedPage("person", "/people/{reader}"),
    ListedPage("person-own", "/people/{reader}", "reader"),
    ListedPage("person-quiet", "/people/{quiet_reader}"),
    ListedPage("profile", "/account/profile", "reader"),
    ListedPage("delete", "/c/{own_comment}/delete", "reader"),
    ListedPage("challenges", "/challenges/"),
    ListedPage("challenge-open", "/challenges/{open_challenge}"),
    ListedPage("challenge-prizes", "/challenges/{prized_challenge}"),
    ListedPage("challenge-cancelled", "/challenges/{cancelled_challenge}"),
    ListedPage("challenge-rules", "/challenges/{prized_challenge}/rules"),
    ListedPage("challenge-answer", "/challenges/{open_challenge}/answer"),
    ListedPage("challenge-judging", "/challenges/{judging_challenge}"),
    ListedPage("challenge-announced", "/challenges/{announced_challenge}"),
    ListedPage("challenge-ledger", "/challenges/{announced_challenge}/ledger"),
    ListedPage("challenge-ledger-sealed", "/challenges/{judging_challenge}/ledger"),
    ListedPage("challenge-verify", "/challenges/{announced_challenge}/verify"),
    ListedPage("challenge-verified", "/challenges/{verified_challenge}"),
    ListedPage("receipt-told", "/receipts/{told_receipt}"),
    ListedPage("receipt", "/receipts/{receipt}"),
    ListedPage("receipt-to-confirm", "/receipts/{asked_receipt}"),
    ListedPage("receipt-winner", "/receipts/{winning_receipt}"),
    ListedPage("sign-in", "/account/sign-in"),
    ListedPage("code", "/account/sign-in", typed={"email": "newcomer@example.org"}),
    ListedPage("account", "/account/", "reader"),
    ListedPage("account-linked", "/account/linked", "moderator"),
    ListedPage("account-linked-none", "/account/linked", "reader"),
    ListedPage("provider-leave", "/account/linked", "reader", leads_away=True),
    ListedPage("provider-name", "/account/provider/name", "nameless"),
    ListedPage("second-factor", "/account/second-factor", "reader"),
    ListedPage("account-confirm", "/account/confirm", "reader"),
    ListedPage("account-password", "/account/password", "reader"),
    ListedPage("account-address", "/account/address", "reader"),
    ListedPage(
        "account-address-code", "/account/address", "reader", typed={"email": "another.address@example.org"}
    ),
    ListedPage(
        "second-step", "/account/sign-in", typed={"email": SECURED_EMAIL, "password": SECURED_PASSWORD}
    ),
    ListedPage("account-erase", "/account/erase", "reader"),
    ListedPage("account-leaving", "/account/", "reader2"),
    ListedPage("account-keep", "/account/keep/{keep}"),
    ListedPage("not-found", "/articles/nowhere", status=404),
    ListedPage("forbidden", "/site/", "reader", status=403),
    ListedPage("log", "/moderation/log"),
    ListedPage("desk", "/desk/", "editor"),
    ListedPage("desk-articles", "/desk/articles/", "editor"),
    ListedPage("desk-edit", "/desk/articles/{draft}", "editor"),
    ListedPage("desk-preview", "/desk/articles/{draft}", "editor", act="preview", typed={"body": _TEXT}),
    ListedPage(
        "desk-problems",
        "/desk/articles/new",
        "editor",
        422,
        "save",
        {"title": "Een raadsel", "body": _PROBLEMS},
    ),
    ListedPage(
        "desk-conflict",
        "/desk/articles/{draft}",
        "editor",
        409,
        "save",
        {"title": "Een vraag is kracht", "body": _TEXT, "version": "1"},
    ),
    ListedPage("desk-published", "/desk/articles/{published}", "editor"),
    ListedPage("desk-revisions", "/desk/articles/{draft}/revisions", "editor"),
    ListedPage("desk-revision", "/desk/articles/{draft}/revisions/1", "editor"),
    ListedPage("desk-challenges", "/desk/challenges/", "editor"),
    ListedPage("desk-challenge", "/desk/challenges/{open_challenge}", "editor"),
    ListedPage("desk-challenge-terms", "/desk/challenges/{prized_challenge}/terms", "editor"),
    ListedPage("desk-challenge-planned", "/desk/challenges/{planned_challenge}", "editor"),
    ListedPage("desk-challenge-amended", "/desk/challenges/{prized_challenge}", "editor"),
    ListedPage("desk-challenge-draft-terms", "/desk/challenges/{draft_challenge}/terms", "editor"),
    ListedPage("desk-challenge-draft", "/desk/challenges/{draft_challenge}", "editor"),
    ListedPage("desk-entry", "/desk/challenges/{judging_challenge}/entries/2", "editor"),
    ListedPage("desk-challenge-verified", "/desk/challenges/{verified_challenge}", "editor"),
    ListedPage("desk-prizes", "/desk/challenges/{verified_challenge}/prizes", "editor"),
    ListedPage("desk-figures", "/desk/challenges/{announced_challenge}/figures", "editor"),
    ListedPage("desk-entry-announced", "/desk/challenges/{announced_challenge}/entries/2", "editor"),
    ListedPage("desk-entry-alike", "/desk/challenges/{judging_challenge}/entries/3", "editor"),
    ListedPage("desk-entry-decide", "/desk/challenges/{two_judges}/entries/1", "editor"),
    ListedPage("desk-challenge-by-two", "/desk/challenges/{two_judges}", "editor"),
    ListedPage("desk-entry-forgotten", "/desk/challenges/{judging_challenge}/entries/1", "editor"),
    ListedPage("moderation", "/moderation/", "moderator"),
    ListedPage("moderation-thread", "/moderation/threads/{thread_number}", "moderator"),
    ListedPage("comment-remove", "/moderation/comments/{comment}/remove", "moderator"),
    ListedPage("people", "/site/people", "admin"),
    ListedPage("people-none", "/site/people?q=nobody-like-that", "admin"),
    ListedPage("people-person", "/site/people/{person}", "admin"),
    ListedPage("invitations", "/site/invitations", "admin"),
    ListedPage("invitation", "/account/invitation/{invitation}"),
    ListedPage("audit", "/site/audit", "admin"),
    ListedPage("mail", "/site/mail", "admin"),
    ListedPage("mail-none", "/site/mail?door=form", "admin"),
    ListedPage("mail-wrong", "/site/mail?door=window", "admin", 422),
    ListedPage("mail-message", "/site/mail/{mail}", "admin"),
    ListedPage("mail-forgotten", "/site/mail/{forgotten_mail}", "admin"),
    ListedPage("mail-raw", "/site/mail/{mail}/raw", "admin"),
    ListedPage("outbox", "/site/outbox", "admin"),
    ListedPage("outbox-message", "/site/outbox/{message}", "admin"),
    ListedPage("site", "/site/", "admin"),
    ListedPage("styleguide", "/site/styleguide", "admin"),
)
