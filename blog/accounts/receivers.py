"""What accounts do when something has happened to people."""

from blog.accounts.emails import change_letter, code_letter
from blog.accounts.events import CodeMailed, SignInChanged
from blog.core.config import current_settings
from blog.core.events import publish


def write_code(event: CodeMailed) -> None:
    """Write the mail with a code. Whoever sends mail listens for letters."""
    publish(code_letter(event.asked, event.code, event.link_token, current_settings()))


def write_of_change(event: SignInChanged) -> None:
    """Write to whoever's sign-in was changed."""
    publish(change_letter(event, current_settings()))
