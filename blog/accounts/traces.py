"""The names of somebody who leaves, in what others have written: found, and put right.

What is looked for: handles after an `@` or in the address of their page, their mail address, and their names in full,
as whole words, whatever capitals and spaces. A first name alone, or a name of one word, is many people's: it is only
looked for where they are spoken to (`is_to_them`).
"""

import re
from dataclasses import dataclass
from functools import cached_property

from blog.accounts.holdings import Leaving


@dataclass(frozen=True)
class Traces:
    """What is left of one person in texts."""

    leaving: Leaving

    def without(self, text: str, called: str, *, is_to_them: bool = False) -> str:
        """`text` with what they are `called` from now on in the place of their names."""
        found = self._anywhere.sub(called, self._without_links(text))
        return self._first_names.sub(called, found) if is_to_them and self._first_names else found

    def without_references(self, text: str, called: str) -> str:
        """`text` without what can mean nobody else: handles and addresses, not the names that others may have, too."""
        return self._references.sub(called, self._without_links(text))

    def may_be_in(self, text: str) -> bool:
        """Whether anything of them stands in `text`, for certain or perhaps."""
        return bool(self._anywhere.search(text) or (self._first_names and self._first_names.search(text)))

    @cached_property
    def references(self) -> tuple[str, ...]:
        """One of these stands in every text that means them for certain, in small letters: for databases to find."""
        return (*(f"@{handle}" for handle in self.leaving.handles), *self._pages, self.leaving.email_key)

    def _without_links(self, text: str) -> str:
        """`text` in which links to their page or mailbox are only the words that they stood on."""
        return self._links.sub(r"\1", text)

    @cached_property
    def _links(self) -> re.Pattern[str]:
        handles = "|".join(map(re.escape, self._handles)) or r"(?!)"
        goals = rf"[^\s()<>]*/people/(?:{handles})(?![\w-])|mailto:(?:{'|'.join(self._addresses)})"
        return re.compile(rf"\[([^\[\]]*)\]\(<?(?:{goals})[^\s()<>]*>?(?:\s+\"[^\"]*\")?\)", re.IGNORECASE)

    @property
    def _handles(self) -> list[str]:
        """The longest first: one may be the beginning of another."""
        return sorted(self.leaving.handles, key=len, reverse=True)

    @property
    def _addresses(self) -> list[str]:
        return [re.escape(each) for each in sorted({self.leaving.email, self.leaving.email_key})]

    @property
    def _pages(self) -> tuple[str, ...]:
        return tuple(f"/people/{handle}" for handle in self.leaving.handles)

    @cached_property
    def _references(self) -> re.Pattern[str]:
        return _pattern(self._reference_patterns())

    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        full_names = [_name(name) for name in self.leaving.names if len(name.split()) > 1]
        # Names first: a handle may be the beginning of one.
        return _pattern([*full_names, *self._reference_patterns()])

    @cached_property
    def _first_names(self) -> re.Pattern[str] | None:
        firsts = {name.split()[0] for name in self.leaving.names} - {""}
        # A single letter is an initial of anybody's.
        patterns = [_name(first) for first in sorted(firsts, key=len, reverse=True) if len(first) > 1]
        return _pattern(patterns) if patterns else None

    def _reference_patterns(self) -> list[str]:
        pages = [
            rf"<?(?:https?://[^\s/()<>\[\]]+)?/people/{re.escape(handle)}(?![\w-])>?"
            for handle in self._handles
        ]
        mentions = [rf"(?<![\w@])@{re.escape(handle)}(?![\w-])" for handle in self._handles]
        mailboxes = [rf"<?(?:mailto:)?(?<![\w.+-]){address}(?![\w-])>?" for address in self._addresses]
        return [*pages, *mentions, *mailboxes]


def _pattern(alternatives: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


def _name(name: str) -> str:
    """A name as whole words: with any spaces between them, and where one of them is emphasised by itself."""
    words = [re.escape(word) for word in name.split()]
    if len(words) > 1:
        words = [rf"(?:{word}|(?:\*\*?|__?){word}(?:\*\*?|__?))" for word in words]
    # An underscore is emphasis here, and no letter.
    return r"(?<![^\W_])" + r"\s+".join(words) + r"(?![^\W_])"
