"""Passwords that are tried first: known ones, rows of keys, and what is known of their owner.

ASVS 5.0, 6.2.4 and 6.2.11, ask for a comparison with the most common passwords and with words of the site. Lists that
leak hold little else than some hundred words with a year, some digits or a sign around them; so the words stand
here, and what is put around them, or in the place of letters, is taken away before they are compared.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Wherever people are asked for a password, they write these: in English and in Dutch.
_WORDS = """
password passwort passwoord wachtwoord wachtwoordje welkom welcome welkommetje admin administrator administration beheer
beheerder root toor guest gast user username gebruiker gebruikersnaam login logon signin inloggen aanmelden test
testing tester testtest default standaard changeme change verander veranderen veranderdit wijzig wijzigen secret
geheim geheimpje private prive hello hallo hoi hey holla doei dag bonjour letmein open opensesame sesame sesam access
toegang enter please alsjeblieft alstublieft master meester superman batman spiderman ironman captain hero held
dragon draak monkey aap aapje shadow schaduw sunshine zonneschijn zonnetje princess prinses prins prince queen koningin
king koning angel engel engeltje devil duivel football voetbal soccer baseball basketball hockey tennis volleybal
liverpool chelsea arsenal barcelona madrid juventus ajax feyenoord psv twente utrecht heerenveen groningen vitesse
amsterdam rotterdam denhaag eindhoven nederland holland netherlands belgie belgium vlaanderen antwerpen brussel
maastricht nijmegen arnhem tilburg breda haarlem zwolle friesland limburg brabant zeeland europa europe america
iloveyou loveyou love liefde liefje schatje schat lieverd lief ikhouvanjou ikhouvanje houvanje houvanjou kusje kus
knuffel hartje heart baby babe babygirl honey sweet sweetie darling lover lovely forever altijd friends friend vriend
vriendin vrienden family familie mama papa mamma pappa mommy daddy moeder vader oma opa mother father brother broer
sister zus zusje zoon dochter trustno trustme whatever nothing niets nada something anything everything alles iets
computer laptop internet windows microsoft google facebook instagram youtube twitter whatsapp snapchat linkedin
amazon apple samsung iphone android nokia pokemon pikachu minecraft fortnite roblox nintendo playstation xbox mario
zelda sonic starwars matrix merlin gandalf hobbit frodo harrypotter hogwarts disney mickey minnie donald snoopy
garfield scooby simpson batgirl naruto killer hunter ranger soldier warrior ninja pirate cowboy hacker hacked phoenix
tiger tijger lion leeuw eagle adelaar falcon wolf bear beer panda puppy kitty kitten katje poes poesje kat hond hondje
paard paardje pony konijn vogel vlinder butterfly dolphin dolfijn horse turtle rabbit cookie koekje koffie coffee
chocolate chocola chocolade cheese kaas banana banaan orange oranje cherry kers peach perzik lemon citroen aardbei
pepper peper ginger gember cupcake brownie pizza hamburger patat frikandel appel appeltaart bier heineken wijn whisky
flower bloem bloemetje tulp tulpen rose roos roosje daisy lily jasmine summer zomer winter spring lente autumn herfst
january januari february februari march maart april may mei june juni july juli august augustus september october
oktober november december monday maandag tuesday dinsdag wednesday woensdag thursday donderdag friday vrijdag saturday
zaterdag sunday zondag vakantie holiday weekend christmas kerst kerstmis kerstman sinterklaas zwartepiet pasen
birthday verjaardag purple paars yellow geel green groen blue blauw black zwart white wit silver zilver gold goud
golden rainbow regenboog diamond diamant crystal star sterretje moon maan sun zon heaven hemel jesus jezus christ god
bless blessed hallelujah buddha allah peace vrede freedom vrijheid happy blij gelukkig smile lach lucky geluk money
geld rich rijk ferrari porsche mercedes volvo toyota honda mustang corvette harley yamaha bmw audi fiets auto
andrew anthony ashley amanda brandon charlie daniel david george hannah jessica jennifer jordan joshua justin
matthew michael michelle nicole patrick richard robert samantha steven thomas william maggie bailey buster jackson
tigger thunder donder hammer hamer samson austin dallas london paris berlin newyork chicago boston texas florida
jan jansen janssen devries vandijk bakker visser smit meijer mulder jeroen johan pieter marieke sanne lisa emma sophie
daan lucas finn levi milan sem noah julia anna eva mila tess zoe nina bram luuk jesse thijs stijn ruben lars tim tom
bas kevin dennis marcel monique ingrid linda petra wendy sandra patricia karin esther mohammed fatima
asshole fuckyou fuckoff fuckme fuck bitch shit kut klootzak kanker lul hoer neuken sexy sex pussy bigdick dick porno
school schooltje student docent juf leraar university universiteit college work werk werken office kantoor bedrijf
company business manager director directeur server network netwerk database system systeem service support helpdesk
security beveiliging veilig safe demo sample example voorbeeld temp tijdelijk temporary new nieuw old oud my mijn the
music muziek guitar gitaar piano drums metallica slipknot nirvana eminem rockstar beatles elvis abba dance dansen
sales verkoop verkoper klant klanten article artikel debate debat challenge uitdaging newspaper krant editor
redacteur redactie author auteur moderator reader lezer rejoinder correcthorsebatterystaple abc abcd abcde
qwe qwer qwert asd asdf zxc zxcv azerty poiu pass pas key sleutel code pin yes no ja nee this dit is een it me you jij
thisismy letme in out ditis not niet mijnwachtwoord mypassword nopassword geenwachtwoord
"""
_LEAST_ROW_PIECE = 3
# Rows of keys and of signs, each also backwards: whoever drags a finger over them makes one of these.
_ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1234567890",
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "!@#$%^&*()",
    "qweasdzxc",
    "147258369",
    "159753",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
)
# Signs that stand in for letters.
_IN_PLACE = str.maketrans("013457@$!€", "oleastasie")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_MOST_UNIT = 4
_SHORT_NUMBER = 16
_LEAST_ABOUT = 3
# Three for each sign that somebody types, as syllables of Hangul are taken apart. What grows beyond (one sign may be
# eighteen letters) is nobody's first guess, and would take long to compare.
_MOST_COMPARED = 600


def is_common(password: str, about: Iterable[str] = ()) -> bool:
    """Whether a password is one that is tried first. `about` are names and addresses of its owner and of the site.

    Case, spaces, accents, digits and signs before and behind, and digits in the place of letters do not count.
    """
    plain = "".join(_plain(password).split())
    if plain.isascii() and not _letters(plain) and len(plain) < _SHORT_NUMBER:
        return True
    if _repeats(plain):
        return True
    if len(plain) > _MOST_COMPARED:
        return False
    if _is_made_of_rows(plain):
        return True
    known = _words() | _words_about(about)
    replaced = plain.translate(_IN_PLACE)
    forms = {
        _bare(plain),
        _bare(plain).translate(_IN_PLACE),
        _bare(replaced),
        _letters(plain),
        _letters(replaced),
    }
    return any(_is_made_of(form, known) or _is_made_of_rows(form) for form in forms)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(_WORDS.split())


def _words_about(about: Iterable[str]) -> frozenset[str]:
    """The words of names and addresses, and each of them as a whole without what stands between its words."""
    found: set[str] = set()
    for text in about:
        words = re.findall(r"[^\W_]+", _plain(text))
        found.update((*words, "".join(words)))
        # Of an address also what stands before the @, as one word.
        found.add("".join(re.findall(r"[^\W_]+", _plain(text.partition("@")[0]))))
    return frozenset(_bare(word) for word in found if len(_bare(word)) >= _LEAST_ABOUT)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _bare(text: str) -> str:
    return _AROUND.sub("", text)


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())


def _repeats(text: str) -> bool:
    """Whether one to four signs are all there is, again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, _MOST_UNIT + 1))


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    """Whether it is one known word, or two of them, with any digits and signs between."""
    if text in words:
        return True
    return any(_bare(text[:place]) in words and _bare(text[place:]) in words for place in range(1, len(text)))


def _is_made_of_rows(text: str) -> bool:
    """Whether nothing is left of it once pieces of rows of keys are taken away, three keys or more at a time."""
    place = 0
    while place < len(text):
        piece = _row_piece(text[place:])
        if piece < _LEAST_ROW_PIECE:
            return False
        place += piece
    return place > 0


def _row_piece(text: str) -> int:
    """How many signs at the beginning of a text follow each other on a row of keys, either way."""
    length = 0
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        while length < len(text) and text[: length + 1] in row:
            length += 1
    return length
