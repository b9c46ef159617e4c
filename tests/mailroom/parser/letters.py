# ruff: noqa: RUF001 -- other scripts and their punctuation are meant.
"""Letters in which an answer stands where a reader of mail may lose it, in the languages that people write here.

Each with the words that have to be in the new text. What else there is may stay or go.
"""

from typing import NamedTuple


class Letter(NamedTuple):
    """What a person wrote, and the words of it that must not be lost."""

    name: str
    body: str
    kept: tuple[str, ...]


CITATION = "> Er zijn geen slechte klanten.\n> Alleen slechte verkopers.\n"

# An answer in the same line as a citation.
CITING = {
    "nl": "Mijn antwoord is 42, want in het artikel schreven jullie:",
    "nl, an author": "Het juiste antwoord: Multatuli, die schreef:",
    "nl, a date": "Mijn antwoord is 42, want op 3 mei 2024 om 09:41 schreef Jan <jan@example.org>:",
    "nl, a page": "Op vraag 3 is mijn antwoord 1984, want Orwell schreef:",
    "nl, a date first": "Op 3 mei 2024 om 10:00 was Rembrandt jarig, dus mijn antwoord is B, zoals Jan schreef:",
    "nl, a date and a number": "Op 3 mei 2024 om 10:00 dacht ik 1606, zoals Jan <jan@example.org> schreef:",
    "nl, a number first": "42, zoals Jan op 3 mei 2024 om 09:41 schreef:",
    "en": "The answer is B because the author writes:",
    "en, a year": "It was Darwin, who in 1859 wrote:",
    "de": "Meine Antwort ist 42, denn dort steht geschrieben:",
    "fr": "Ma réponse est 42 car il a écrit :",
    "es": "Mi respuesta es 42, porque el autor escribió:",
    "it": "La mia risposta è 42 perché l’autore scrive:",
    "pt": "A minha resposta é 42, porque o autor escreveu:",
    "pl": "Moja odpowiedź to 42, bo autor pisze:",
    "ru": "Мой ответ 42, автор пишет:",
    "ja": "答えは42です、著者は書きました：",
    "zh": "答案是42，因为作者写道：",
}

# Greeting and closing of each language: they are no answer, so what is between them is.
COURTESIES = {
    "nl": ("Beste redactie,", "Met vriendelijke groet,\nPiet"),
    "en": ("Dear editors", "Kind regards\nPiet"),
    "de": ("Sehr geehrte Redaktion,", "Mit freundlichen Grüßen\nPiet"),
    "fr": ("Bonjour,", "Cordialement,\nPiet"),
    "es": ("Hola:", "Un saludo,\nPiet"),
    "it": ("Buongiorno!", "Cordiali saluti\nPiet"),
    "pt": ("Olá,", "Com os melhores cumprimentos,\nPiet"),
    "pl": ("Dzień dobry,", "Pozdrawiam\nPiet"),
    "sv": ("Hej!", "Med vänliga hälsningar\nPiet"),
    "da": ("Kære redaktion", "Venlig hilsen\nPiet"),
    "no": ("Hei,", "Vennlig hilsen\nPiet"),
    "fi": ("Hyvää päivää", "Ystävällisin terveisin\nPiet"),
    "ru": ("Здравствуйте!", "С уважением,\nPiet"),
    "ja": ("こんにちは。", "よろしくお願いします。"),
    "zh-hans": ("您好，", "谢谢！"),
    "zh-hant": ("您好：", "謝謝！"),
}

# Answers that look like the beginning of what a program writes below them.
BARE = (
    "42",
    "Antwoord 42",
    "Rembrandt van Rijn 1606",
    "1) Rembrandt",
    "3 mei 2024",
    "12:30",
    "Jan Steen",
    "Jan <jan@example.org>",
    "Op vraag 3 zeg ik Jan",
    "Op maandag 3 mei 1606 om 10:00",
    "Antwoord B, want dat staat er",
)

LETTERS = [
    *(
        Letter(f"citing {name}", f"Beste redactie,\n\n{line}\n{CITATION}\nGroet,\nPiet\n", (line,))
        for name, line in CITING.items()
    ),
    *(
        Letter(
            f"marked by hand {name}",
            f"{greeting}\n\n> Rembrandt van Rijn\n> 1606\n\n{closing}\n",
            ("Rembrandt van Rijn", "1606"),
        )
        for name, (greeting, closing) in COURTESIES.items()
    ),
    *(
        Letter(
            f"below an unmarked quotation {name}",
            f"{greeting}\n\nOn 3 May 2024 at 09:41, Jan <jan@example.org> wrote:\n\nWho?\n\nRembrandt.\n\n{closing}\n",
            ("Rembrandt.",),
        )
        for name, (greeting, closing) in COURTESIES.items()
    ),
    Letter(
        "a name as the answer",
        f"Beste redactie,\n\nMultatuli schreef:\n{CITATION}\nGroet, Piet\n",
        ("Multatuli schreef:", "geen slechte klanten"),
    ),
    Letter(
        "an author with an address",
        "Dear editors,\n\nIn the article of 3 May the author (jan@example.org) writes:\n\n"
        "There are no bad customers.\n\nMy answer: ask on.\n",
        ("My answer: ask on.",),
    ),
    Letter(
        "a year for a date",
        "Gevonden.\n\nMultatuli <m@example.org> schreef in 1860:\n\nIk ben makelaar.\n\nDus: Max Havelaar.\n",
        ("Ik ben makelaar.", "Dus: Max Havelaar."),
    ),
    Letter(
        "below a citation that says to whom",
        "Ik las het zo.\n\nOp 3 mei 2024 om 09:41 schreef Jan (jan@example.org) mij:\n\nWie?\n\nRembrandt.\n",
        ("Rembrandt.",),
    ),
    Letter(
        "a letter for an answer",
        "Zo zou ik het doen.\n\nVan: de winkel\nDatum: vandaag\nAan: de klant\nOnderwerp: uw klacht\n\n"
        "Geachte klant, waarom wilt u dat?\n",
        ("Geachte klant, waarom wilt u dat?",),
    ),
    Letter(
        "a letter with a full head below a label",
        "Mijn antwoord:\n\nVan: winkel@example.org\nDatum: 3 mei 2024 09:41\nAan: klant@example.org\nOnderwerp: X\n\n"
        "Waarom wilt u dat?\n",
        ("Waarom wilt u dat?",),
    ),
    Letter(
        "below what was forwarded",
        "Hoi,\n\n---------- Forwarded message ---------\nVan: Jan <jan@example.org>\nDate: ma 3 mei\nTo: y\n\n"
        "oud\n\nMijn antwoord: Rembrandt.\n",
        ("Mijn antwoord: Rembrandt.",),
    ),
    Letter("a rule between", "1) Rembrandt\n\n--\n\n2) 1606\n", ("1) Rembrandt", "2) 1606")),
    Letter("a rule between, close", "1) Rembrandt\n\n--\n2) 1606\n", ("1) Rembrandt", "2) 1606")),
    Letter("a mark in words", "Een is Hals, denk ik.\n-- \nEen ander is dan Vermeer.\n", ("Vermeer",)),
    Letter("a rule in words", "Vraag een: Hals\n\n--\nVraag twee: Vermeer\n", ("Vraag twee: Vermeer",)),
    Letter(
        "a rule above a sentence",
        "Ik weet het.\n\n--\nHet moet Rembrandt zijn.\n",
        ("Het moet Rembrandt zijn.",),
    ),
    Letter("a rule below a line", "Rembrandt\n--\nen 1606\n", ("en 1606",)),
    Letter(
        "several rules",
        "Vraag 1: Rembrandt\n--\nVraag 2: 1606\n--\nVraag 3: Leiden\n",
        ("Vraag 1: Rembrandt", "Vraag 2: 1606", "Vraag 3: Leiden"),
    ),
    Letter(
        "several marks",
        "Rembrandt, denk ik.\n\n-- \nof anders Hals,\n\n-- \nof Vermeer.\n",
        ("Rembrandt", "Hals", "Vermeer"),
    ),
    Letter(
        "a mark below a label", "Antwoord:\n\n-- \nRembrandt, want hij woonde in Leiden.\n", ("Rembrandt",)
    ),
    Letter("a mark above a gap", "Ik denk het volgende.\n\n-- \n\nRembrandt.\n", ("Rembrandt.",)),
    Letter("a mark before the next answer", "Antwoord 1: Rembrandt\n-- \nAntwoord 2: 1606\n", ("1606",)),
    Letter("a mark below a greeting", "Hoi redactie,\n\n-- \nRembrandt, zou ik zeggen\n", ("Rembrandt",)),
    Letter(
        "a postscript",
        "Mooi artikel!\n\n-- \nPiet Puk\nVerkoper\n\nP.S. Mijn antwoord is Rembrandt.\n",
        ("P.S. Mijn antwoord is Rembrandt.",),
    ),
    Letter(
        "a letter below a mark",
        "Zie mijn antwoord.\n\n-- \n" + "Een goede verkoper vraagt altijd door naar het waarom.\n" * 12,
        ("Een goede verkoper",),
    ),
    Letter(
        "marked below a label", "Mijn antwoorden:\n> Rembrandt\n> 1606\n\nGroet Piet\n", ("Rembrandt", "1606")
    ),
    Letter(
        "marked above a reply",
        "Ik denk.\n> Rembrandt\n> 1606\n\nOp vr 3 mei 2024 om 09:41 schreef Jan <jan@example.org>:\n\n> Wie?\n> Wat?\n",
        ("Rembrandt", "1606"),
    ),
    Letter(
        "more than",
        "> 50 procent op vraag 1\n> 60 procent op vraag 2\n\nGroet, Piet\n",
        ("50 procent", "60 procent"),
    ),
    Letter(
        "de, a telephone",
        "Die Lösung: 42.\n\nVon meinem Handy geht es leider nicht besser.\n",
        ("nicht besser",),
    ),
    Letter(
        "nl, a telephone", "Ja.\n\nVerzonden met mijn telefoon ziet het er zo uit.\n", ("ziet het er zo uit",)
    ),
    Letter(
        "en, a telephone",
        "Yes.\n\nSent by phone they would lose the Samsung deal.\n",
        ("lose the Samsung deal",),
    ),
    Letter("zh, a telephone", "答案是42。\n从我的手机发图片不行。\n", ("从我的手机发图片不行。",)),
    Letter(
        "es, a date in the answer",
        "Hola:\n\nEl 3 de mayo de 1808, cuadro de Goya, que escribió:\n> uno\n> dos\n",
        ("El 3 de mayo de 1808",),
    ),
]
