"""Names and sentences for the style guide, in both languages: short, usual, and far too long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in components. `long_…` is more than anybody will type, `unbroken` cannot be hyphenated."""

    language: str
    name: str
    other_name: str
    long_name: str
    title: str
    long_title: str
    sentence: str
    paragraph: str
    unbroken: str
    proposition: str
    reason: str
    prize: str
    question: str


# Right to left, whatever the language of the page.
ARABIC_NAME = "ليلى حداد"
ARABIC_SENTENCE = "أوافقك الرأي، لكن الزبون لم يسأل عن السعر بعد. متى نتحدث عنه إذن؟"

_DUTCH = Words(
    language="nl",
    name="Saskia Brouwer",
    other_name="Joris van Dam",
    long_name="Annemarie Wilhelmina van Nieuwenhuijzen-Schoonderwoerd tot Oudewater",
    title="De korting waar niemand om vroeg",
    long_title=(
        "Waarom verkopers die hun arbeidsongeschiktheidsverzekeringsvoorwaarden kennen vaker luisteren dan praten"
    ),
    sentence="Drie seconden stilte zijn lang, maar ze kosten niets.",
    paragraph=(
        "Wie zijn prijs noemt en daarna zwijgt, geeft de ander de ruimte om na te denken. Wie doorpraat, vult "
        "die ruimte met een korting. Het verschil zit niet in wat je zegt, maar in wat je laat."
    ),
    unbroken="hottentottententententoonstellingsmakersopleidingsinstituutsdirecteur@example.org",
    proposition="Wie korting geeft voordat erom gevraagd wordt, gelooft zelf niet in zijn prijs.",
    reason="Gericht tegen een persoon, niet tegen wat zij zei (huisregel 2).",
    prize="Een gesigneerd exemplaar van “De stilte na de prijs”",
    question=(
        "Een klant leest je offerte, legt haar neer en zegt: “Dat is te duur.” Welke vraag stel je, en waarom die?"
    ),
)
_ENGLISH = Words(
    language="en",
    name="Grace Oyelaran",
    other_name="Tom Ashworth",
    long_name="Wilhelmina Featherstonehaugh-Cholmondeley of Upper Ramsbottom and Nether Wallop",
    title="Stop sending proposals",
    long_title=(
        "Why people who understand incomprehensibly counterintuitive telecommunications contracts listen "
        "more than they talk"
    ),
    sentence="Three seconds of silence are long, but they cost nothing.",
    paragraph=(
        "Who names a price and then says nothing gives the other room to think. Who goes on talking fills "
        "that room with a discount. The difference is not in what you say but in what you leave out."
    ),
    unbroken="thequickbrownfoxjumpsoverthelazydogandthendoesitagainwithoutaspaceanywhere@example.org",
    proposition="A proposal sent by mail is a decision handed to somebody who was not in the room.",
    reason="Aimed at a person, not at what she said (house rule 2).",
    prize="A day pass for the autumn workshop",
    question=(
        "A customer reads your proposal, puts it down and says: “That is too much.” What do you ask, and why that?"
    ),
)


def words_in(language: str) -> Words:
    """The words for a page in `language`; English for any but Dutch."""
    return _DUTCH if language == "nl" else _ENGLISH
