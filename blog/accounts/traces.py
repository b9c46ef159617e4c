"""The names of somebody who leaves, in what others have written: found, and put right.

What others wrote is precious: somebody chooses a name, says one thing and leaves, and nobody else's words may be the
worse for it. So what is looked for depends on how surely it means them.

- In any text: their handles after an `@`, the address of their page, their mail address.
- In a text about them (`without`): also their names in full, as they wrote them, which they bore by then.
- In a text to them, or of their own (`is_to_them`): also full names whatever their capitals, first names and surnames
  with a capital, and these in small letters behind a greeting.

Code, links to other places and mail addresses of others stay as they are, and so does what was put in before.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from blog.accounts.holdings import Leaving, WornName
from blog.accounts.name_forms import EMPHASIS, any_capitals, as_written, emphasised, forms_of
from blog.accounts.names import FORMER_READERS
from blog.core.markdown.code import code_and_words

# Behind these a name is one in small letters, too: where something begins, for they are other words as well.
_SALUTATION = r"(?:beste|dear|dag|geachte|ha|hallo|hello|hey|hi|hoi)[.,]?\s+"
_BEGINNING = r"(?:^|(?<=[\n.,:;!?>()\"'“”‘’*_~–—-])|(?<=[\n.,:;!?>()\"'“”‘’*_~–—-]\s))"
# Behind these anywhere.
_TITLE = r"\b(?:meneer|mevrouw|mr|mrs|ms)\.?\s+"
_GREETING = rf"(?i:{_BEGINNING}(?:{_SALUTATION}){{1,3}}|{_TITLE}|(?<![\w@/.])@)"
_PATH = r"(?:[^\s<>()\[\]]|\([^\s<>()]*\))*"
# What is somebody else's. Each begins where nothing of it stands before, so that a long run is gone through once.
_OTHERS = (
    rf"(?<![\w+.-])[a-z][a-z0-9+.-]{{1,20}}://{_PATH}",
    rf"(?<![\w.@/-])[\w-]+(?:\.[\w-]+)+(?::\d+)?/{_PATH}",
    rf"\]\([^\s()<>]{_PATH}",
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
)
_FORMER_READER = "|".join(rf"{re.escape(words)} \d+" for words in FORMER_READERS)


@dataclass(frozen=True)
class Traces:
    """What is left of one person in texts."""

    leaving: Leaving
    _patterns: dict[tuple[object, ...], re.Pattern[str]] = field(
        default_factory=dict[tuple[object, ...], re.Pattern[str]], init=False, compare=False, repr=False
    )

    def without(
        self,
        text: str,
        called: str,
        *,
        is_to_them: bool = False,
        since: datetime | None = None,
        written: datetime | None = None,
        spared: frozenset[str] = frozenset(),
    ) -> str:
        """`text` with what they are `called` from now on in the place of their names.

        `since` is when they came to where the text stands, `written` when it was written (None for whenever): names
        that they bore at another time are somebody else's. In a text to them they may be called by older ones, too.
        `spared` are words, in small letters, that whoever wrote it may call themself by.
        """
        if not self.may_be_in(text):
            return text
        worn = [each for each in self.leaving.names if _bore(each, None if is_to_them else since, written)]
        pattern = self._pattern(called, worn, is_to_them=is_to_them)
        return self._put_right(text, pattern, called, spared)

    def without_references(self, text: str, called: str) -> str:
        """`text` without what can mean nobody else: handles and addresses, not the names that others may have, too."""
        if not self.may_be_in(text):
            return text
        return self._put_right(text, self._pattern(called, (), is_to_them=False), called, frozenset())

    def may_be_in(self, text: str) -> bool:
        """Whether anything of them may stand in `text`: asked of everything, and quick to say no."""
        folded = text.casefold()
        return any(words in folded for words in self._telltale)

    @cached_property
    def references(self) -> tuple[str, ...]:
        """One of these stands in every text that means them for certain, in small letters: for databases to find."""
        handles = [words for handle in self.leaving.handles for words in (f"@{handle}", f"/people/{handle}")]
        return tuple(filter(None, (*handles, *sorted({self.leaving.email_key, self.leaving.email.lower()}))))

    @cached_property
    def _telltale(self) -> frozenset[str]:
        words = {word for each in self.leaving.names for word in each.name.split()}
        return frozenset(each.casefold() for each in (*words, *self.references))

    def _put_right(self, text: str, pattern: re.Pattern[str], called: str, spared: frozenset[str]) -> str:
        put_in = self._putting_in(called, spared)
        return "".join(
            self._own.sub(called, piece)
            if is_code
            else pattern.sub(put_in, self._links.sub(lambda link: link[1], piece))
            for piece, is_code in code_and_words(text)
        )

    def _putting_in(self, called: str, spared: frozenset[str]) -> Callable[[re.Match[str]], str]:
        def put_in(found: re.Match[str]) -> str:
            match found.lastgroup:
                case "others":
                    return self._own.sub(called, found[0])
                case "own":
                    return called
                case "greeted":
                    return found["greeting"].removesuffix("@") + emphasised(found["greeted"], called)
                case "part" if spared.intersection(re.findall(r"\w+", found[0].casefold())):
                    return found[0]
                case _:
                    return emphasised(found[0], called)

        return put_in

    def _pattern(self, called: str, worn: Iterable[WornName], *, is_to_them: bool) -> re.Pattern[str]:
        names = tuple(dict.fromkeys(each.name for each in worn))
        key = (called, names, is_to_them)
        if key not in self._patterns:
            put_in = rf"{EMPHASIS}(?<![^\W_])(?i:{re.escape(called)}|{_FORMER_READER})(?![^\W_])"
            looked_for = self._to_them(names, put_in) if is_to_them else self._about_them(names)
            self._patterns[key] = re.compile("|".join((*self._references(put_in), *looked_for)))
        return self._patterns[key]

    def _references(self, put_in: str) -> Iterable[str]:
        """What comes before all names, because it means them, or somebody else, for certain."""
        yield rf"(?P<own>{self._own.pattern}|{self._mentions})"
        yield rf"(?P<others>{put_in}|(?i:{'|'.join(_OTHERS)}))"

    def _about_them(self, names: Iterable[str]) -> Iterable[str]:
        forms = [form for name in names for form in forms_of(name)]
        yield from _group("full", as_written(form for form in forms if form.counts_in_passing))

    def _to_them(self, names: Iterable[str], put_in: str) -> Iterable[str]:
        # Whoever greets them means them, also by a name that they took later.
        everything = [form for each in self.leaving.names for form in forms_of(each.name)]
        yield from _group(
            "greeted", any_capitals(everything), behind=rf"(?P<greeting>{_GREETING})(?!{put_in})"
        )
        forms = [form for name in names for form in forms_of(name)]
        yield from _group("full", any_capitals(form for form in forms if form.counts_whatever_capitals))
        yield from _group(
            "as_written", as_written(form for form in forms if form.is_full and form.is_telling)
        )
        yield from _group("part", as_written(form for form in forms if not form.is_full and form.is_telling))

    @cached_property
    def _links(self) -> re.Pattern[str]:
        """Links to their page or mailbox: only the words that they stood on stay."""
        handles = "|".join(map(re.escape, self._handles)) or r"(?!)"
        goals = rf"[^\s()<>]*/people/(?:{handles})(?![\w-])|mailto:(?:{'|'.join(self._addresses)})"
        return re.compile(rf"\[([^\[\]]*)\]\(<?(?:{goals})[^\s()<>]*>?(?:\s+\"[^\"]*\")?\)", re.IGNORECASE)

    @cached_property
    def _own(self) -> re.Pattern[str]:
        """The addresses of their page and their mailbox, which are taken away wherever they stand."""
        host = r"(?:(?:https?:)?//[^\s/()<>\[\]]+|(?<![\w./-])[\w-]+(?:\.[\w-]+)*(?::\d+)?|(?<![\w.%-]))"
        rest = r"(?:[?#/][\w=&%.#/?-]*\w)?"
        pages = [rf"<?{host}/people/{re.escape(handle)}(?![\w-]){rest}>?" for handle in self._handles]
        # One at `example.org.uk` is somebody else's.
        ends = r"(?![\w-]|(?-i:\.[a-z]{2}))"
        mailboxes = [rf"<?(?:mailto:)?(?<![\w.+-]){address}{ends}>?" for address in self._addresses]
        return re.compile(rf"(?i:{'|'.join((*pages, *mailboxes)) or '(?!)'})")

    @property
    def _mentions(self) -> str:
        handles = "|".join(map(re.escape, self._handles)) or "(?!)"
        return rf"(?i:(?<![\w@])@(?:{handles})(?![\w-]))"

    @property
    def _handles(self) -> list[str]:
        """The longest first: one may be the beginning of another."""
        return sorted(self.leaving.handles, key=len, reverse=True)

    @property
    def _addresses(self) -> list[str]:
        return [re.escape(each) for each in sorted({self.leaving.email, self.leaving.email_key}) if each]


def _bore(worn: WornName, since: datetime | None, written: datetime | None) -> bool:
    """Whether a name was theirs at some moment from `since` until something was `written`."""
    too_early = since is not None and worn.until is not None and worn.until < since
    too_late = written is not None and worn.since is not None and worn.since > written
    before_they_came = since is not None and written is not None and written < since
    return not (too_early or too_late or before_they_came)


def _group(name: str, alternatives: str, behind: str = "") -> Iterable[str]:
    return [rf"{behind}(?P<{name}>{alternatives})"] if alternatives else []
