"""Which names speak for the site itself: those of its offices, in the languages of its readers, and its own.

Everything is compared by what it looks like (`blog.core.lookalikes`), and takes time in proportion to the length of the
name: anybody may send one.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from blog.core.lookalikes import looks, shape, with_pairs, words_seen

# No other word of these languages has one of these in it: "eindredactie", "Hoofdredactrice", "Chefredakteurin".
_ROOTS = (
    "administrat helpdesk hostmaster klantenservice moderateu moderati moderator moderatr postmaster redacteu redacti "
    "redactr redakt servicedesk sysop webmaster"
)
# Other words have these in them ("creditor", "natuurbeheer"): they count as a word of their own, or with words around.
_TITLES = (
    "admin admins beheer beheerder beheerders beheerster beheersters editeur editeurs editor editorial editoriaal "
    "editors editrice editrices official officials officieel officiel officiele officielle offiziell staff verwaltung"
)
# Somebody may have them beside a name of their own ("Team Anna"): they count when they are all that a name says. Some
# of those above stand here once more, for whoever writes them with spaces.
_SERVICES = (
    "administratie administration administrator administrators afdeling clientservice customerservice department desk "
    "equipe klantendienst kundendienst kundenservice lequipe lezersservice mod moderatie moderation moderator "
    "moderators mods officer postmaster readerservice redacteur redacteuren redacteurs redactie redaction redactrice "
    "redaktion security serviceclient serviceclients sicherheit support team teams webmaster"
)
# What stands around them, and says nothing by itself.
_AROUND = (
    "abuse account accounts algemeen algemene assistant assistent beveiliging blog chef chief client clients community "
    "copy customer customers debat debate foto forum general head help hoofd junior klant klanten krant kunden "
    "leden lezers main member members net news nieuws office online payment pers photo press privacy reader readers "
    "safety sales senior service site sport system systeem technical technique technisch technische trust user users "
    "video web website"
)
# What stands before one of them at most: "modder" and "beheeren" end with such words.
_BEFORE = (
    "adjunct and co das de der die eind en et het it la le les onze our sub super sys the und unser van vice"
)


def _seen(words: str) -> frozenset[str]:
    return frozenset(look for word in words.split() for look in _as_seen(shape(word)))


def _as_seen(shapes: str) -> frozenset[str]:
    """One letter after the other, and with two that are taken for one: "rn" at the seam of two words is both."""
    return frozenset({shapes, with_pairs(shapes)})


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Words that a text may be made of, at least one of them an office."""

    offices: frozenset[str]
    around: frozenset[str] = _seen(_AROUND)
    before: frozenset[str] = _seen(_BEFORE)

    def makes_up(self, text: str) -> bool:
        """Whether `text` is some of these words in a row, with nothing between them."""
        # Up to where they reach, and whether one of them is an office: nothing better can lead there.
        reached = {0: False}
        for start in range(len(text)):
            if start not in reached:
                continue
            for end in range(start + 1, min(start + _LONGEST, len(text)) + 1):
                word = text[start:end]
                if word in self.offices:
                    reached[end] = True
                elif word in self.around or (word in self.before and end < len(text)):
                    reached[end] = reached.get(end, False) or reached[start]
        return reached.get(len(text), False)


_ROOTS_SEEN = _seen(_ROOTS)
_IN_A_WORD = _Vocabulary(_seen(_TITLES))
_IN_A_NAME = _Vocabulary(_seen(f"{_TITLES} {_SERVICES}"))
_LONGEST = max(map(len, _IN_A_NAME.offices | _IN_A_NAME.around))


def speaks_for_site(name: str, site_name: str) -> bool:
    """Whether somebody of this name would be taken for the site: an office, or the site's own name, among its words."""
    site = looks(site_name) - {""}
    return any(_speaks(words, site) for words in _ways_to_read(name))


def _ways_to_read(name: str) -> Iterator[list[str]]:
    """What the words of a name look like: as it is written and in small letters, with and without numbers around."""
    for text in dict.fromkeys((name, name.casefold())):
        words = words_seen(text)
        yield _shapes(words)
        yield _shapes(re.sub(r"^\d+|\d+$", "", word) for word in words)


def _shapes(words: Iterable[str]) -> list[str]:
    return list(filter(None, map(shape, words)))


def _speaks(words: list[str], site: Collection[str]) -> bool:
    return (
        any(_is_office(look) for word in words for look in _as_seen(word))
        or any(map(_IN_A_NAME.makes_up, _as_seen("".join(words))))
        or _is_in_a_row(words, site)
        or any(_is_office_of_site(word, site) for word in ("".join(words), *words))
    )


def _is_office(word: str) -> bool:
    return any(root in word for root in _ROOTS_SEEN) or _IN_A_WORD.makes_up(word)


def _is_office_of_site(word: str, site: Collection[str]) -> bool:
    """Whether a word is the name of the site and an office, one after the other, with nothing between them."""
    longest = 2 * max(map(len, site), default=0)
    splits = range(max(1, len(word) - longest), len(word)), range(1, min(longest, len(word) - 1) + 1)
    for at in sorted({*splits[0], *splits[1]}):
        for name, rest in ((word[:at], word[at:]), (word[at:], word[:at])):
            if len(name) <= longest and with_pairs(name) in site and _IN_A_NAME.makes_up(rest):
                return True
    return False


def _is_in_a_row(words: list[str], site: Collection[str]) -> bool:
    """Whether some words in a row look like the name of the site, which may be several."""
    # Every letter of a look may be two that stand beside each other.
    longest = 2 * max(map(len, site), default=0)
    for start in range(len(words)):
        run = ""
        for word in words[start:]:
            run += word
            if len(run) > longest:
                break
            if with_pairs(run) in site:
                return True
    return False
