"""What the style guide sets in type: an article with everything that one can write in one, and how languages quote."""

from dataclasses import dataclass

from blog.articles.body import Body, body_of
from blog.core.assets import static_url
from blog.core.markdown.rendering import render_article
from blog.home.specimens.words import ARABIC_SENTENCE, Words

# There is no picture of anybody's in a style guide: the mark stands for one.
_PICTURE = "/media/mark.svg"

_DUTCH_ARTICLE = """\
Wie zijn prijs noemt en daarna zwijgt, geeft de ander de ruimte om na te denken. Wie doorpraat, vult die ruimte met \
een korting; in 2026 kostte dat gemiddeld 1.250 euro per opdracht.[^telling] Het verschil zit niet in wat je *zegt*, \
maar in wat je **laat**.

Lees ook [wat een goede vraag doet](#guide-reading), of ~~neem contact op~~ schrijf terug. In een brief heet dat \
`Re: uw offerte`.

## Drie tellen stilte

Tel tot drie. De klant zegt dan een van deze dingen:

- “Dat is te duur.” Vraag: te duur *waarvoor*?
- “Daar moet ik over nadenken.”
  - met wie?
  - en wanneer weet je het?
- Niets.

### En dan

1. Vraag door.
2. Vat samen.
3. Noem pas daarna een getal.

#### Wat er nog moet

- [x] de prijs zonder voorbehoud noemen
- [ ] zwijgen

> Een stilte die je zelf vult, heb je nooit gehoord.
>
> — Eva Smit, *De derde tel*

::: callout
**Onthoud.** Een korting waar niemand om vroeg, is een antwoord op een vraag van jezelf.[^telling]
:::

| Wat er gebeurde            | Tellen | Wat het kostte |
|:---------------------------|:------:|---------------:|
| De klant las het bedrag    |   2    |            € 0 |
| Niemand zei iets           |   3    |            € 0 |
| De verkoper vulde de stilte|   1    |        € 2.000 |

![Het merk: een punt, en de haak die er een tweede aan vastmaakt.](/media/mark.svg "Een antwoord hangt aan wat het \
beantwoordt.")

```python
def korting(gevraagd: bool) -> int:
	return 0 if not gevraagd else overleg_met_wie_erover_gaat_en_vraag_wat_er_dan_anders_wordt()
```

***

Zo eindigt het gesprek met een vraag, en niet met een zucht.[^bron]

[^telling]: Eigen telling over 48 gesprekken.
[^bron]: Zie ook het hoofdstuk over vragen, waarin staat wat je doet als iemand langer zwijgt dan jij.
"""
_ENGLISH_ARTICLE = """\
Who names a price and then says nothing gives the other room to think. Who goes on talking fills that room with a \
discount; in 2026 that cost 1,250 euros an order on average.[^count] The difference is not in what you *say*, but in \
what you **leave out**.

Read [what a good question does](#guide-reading) too, or ~~get in touch~~ write back. In a letter that is called \
`Re: your proposal`.

## Three seconds of silence

Count to three. The customer then says one of these things:

- “That is too much.” Ask: too much *for what*?
- “I have to think about it.”
  - with whom?
  - and when will you know?
- Nothing.

### And then

1. Ask on.
2. Sum up.
3. Name a figure only then.

#### What is left to do

- [x] name the price without a proviso
- [ ] say nothing

> A silence that you fill yourself is one that you have never heard.
>
> — Eva Smit, *The third second*

::: callout
**Remember.** A discount that nobody asked for answers a question of your own.[^count]
:::

| What happened                 | Seconds | What it cost |
|:------------------------------|:-------:|-------------:|
| The customer read the amount  |    2    |           €0 |
| Nobody said anything          |    3    |           €0 |
| The seller filled the silence |    1    |       €2,000 |

![The mark: a dot, and the hook that ties a second one to it.](/media/mark.svg "An answer hangs on what it answers.")

```python
def discount(asked: bool) -> int:
	return 0 if not asked else talk_to_whoever_decides_about_it_and_ask_what_will_be_different_then()
```

***

So the talk ends with a question, and not with a sigh.[^source]

[^count]: Our own count of 48 conversations.
[^source]: See the chapter about questions, which says what to do when somebody is silent for longer than you are.
"""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence with a quotation in it, and one within that, in a language with marks of its own."""

    language: str
    before: str
    quoted: str
    inner: str


@dataclass(frozen=True, slots=True)
class ReadingSpecimens:
    """Articles, and more. `overfull` has what fits in no line, `arabic` is read from right to left."""

    article: Body
    overfull: Body
    arabic: Body
    quotes: tuple[Quote, ...]
    labels: tuple[str, ...]


_QUOTES = (
    Quote("nl", "Zij zei:", "Hij zei nooit ", "nee"),
    Quote("en", "She said:", "He never said ", "no"),
    Quote("de", "Sie sagte:", "Er sagte nie ", "nein"),
    Quote("fr", "Elle disait:", "Il ne disait jamais ", "non"),
)


def reading_specimens(words: Words) -> ReadingSpecimens:
    """What to set, in the language of `words`."""
    is_dutch = words.language == "nl"
    return ReadingSpecimens(
        article=_set(_DUTCH_ARTICLE if is_dutch else _ENGLISH_ARTICLE, words.language, "guide"),
        overfull=_set(_overfull(words), words.language, "guide-overfull"),
        arabic=_set(
            f"## {ARABIC_SENTENCE}\n\n{ARABIC_SENTENCE} 2026.\n\n- {ARABIC_SENTENCE}\n", "en", "guide-ar"
        ),
        quotes=_QUOTES,
        labels=(words.sentence, words.proposition),
    )


def _overfull(words: Words) -> str:
    """Words without an end, a table of many columns, lists in lists, a title without a pause."""
    columns = 12
    return (
        f"## {words.long_title}\n\n"
        f"{words.unbroken} https://example.org/{words.unbroken.split('@')[0]}?{'a' * 80}\n\n"
        f"{'| ' + words.title + ' '}{'| 2026 ' * columns}|\n{'|:--' * (columns + 1)}|\n"
        f"{'| ' + words.name + ' '}{'| 1.250 ' * columns}|\n\n"
        f"- {words.sentence}\n  - {words.sentence}\n    - {words.sentence}\n      - {words.unbroken}\n\n"
        f"> > {words.paragraph}\n"
    )


def _set(source: str, language: str, document_id: str) -> Body:
    html = render_article(source, document_id=document_id, language=language)
    picture = f'width="240" height="240" src="{static_url("icons/mark.svg")}"'
    return body_of(html.replace(f'src="{_PICTURE}"', picture))
