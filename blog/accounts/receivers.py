"""What accounts do when something has happened to people."""

from blog.accounts.emails import code_letter
from blog.accounts.events import CodeMailed
from blog.core.config import current_settings
from blog.core.events import publish


def write_code(event: CodeMailed) -> None:
    """Write the mail with a code. Whoever sends mail listens for letters."""
    publish(code_letter(event.asked, event.code, event.link_token, current_settings()))
