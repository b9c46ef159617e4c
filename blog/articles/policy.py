"""Who may do what with articles."""

from blog.articles.models import Article
from blog.core.actor import Actor
from blog.core.permissions import Rule, any_role

is_editor = any_role("editor")
may_write = any_role("author", "editor")


def is_public(_actor: Actor, article: Article) -> bool:
    """Everybody reads what is published."""
    return article.is_published


def is_author(actor: Actor, article: Article) -> bool:
    """It stands under this person's name, and they still write here."""
    return actor.person_id is not None and article.author_id == actor.person_id and may_write(actor, article)


def is_author_of_draft(actor: Actor, article: Article) -> bool:
    """What an author has handed over to the readers, only an editor changes."""
    return not article.is_published and is_author(actor, article)


POLICY: dict[str, tuple[Rule, ...]] = {
    "article:read": (is_public, is_author, is_editor),
    "article:write": (may_write,),
    # Their page at the desk: text, revisions, state.
    "article:inspect": (is_author, is_editor),
    "article:edit": (is_author_of_draft, is_editor),
    "article:publish": (is_editor,),
    "article:unpublish": (is_editor,),
    # Articles of everybody in the lists of the desk.
    "article:oversee": (is_editor,),
}
