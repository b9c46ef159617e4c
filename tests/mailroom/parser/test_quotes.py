"""New words told apart from quotations and signatures, in the languages of the table."""

import time

import pytest

from blog.mailroom.parser import caps
from blog.mailroom.parser.languages.every import LANGUAGES
from blog.mailroom.parser.quotes import split_reply

NEW = "Doorvragen."
QUOTED = "> Wat nu?\n> Mail het."


@pytest.mark.parametrize(
    "attribution",
    [
        "Op di 24 jan. 2017 om 22:12 schreef Pietje Puk <pietje@example.org>:",
        "Op di 24 jan. 2017 om 22:12 schreef Pietje\nPuk <pietje@example.org>:",
        "Op di 24 jan. 2017 om 22:12 schreef Pietje Puk via De Krant voor Verkopers\n<\npietje@example.org>:",
        "Op 24 jan. 2017 om 22:12 heeft Pietje Puk <pietje@example.org> het volgende geschreven:",
        "Op 24 jan. 2017 om 22:12 heeft Pietje Puk\n<pietje@example.org> het volgende\ngeschreven:",
        "Op 24-01-17 om 22:12 schreef Pietje Puk:",
        "Pietje Puk <pietje@example.org> schreef op di 24 jan. 2017\nom 22:12:",
        "Pietje schreef:",
        "2017-01-24 22:12 GMT+01:00 Pietje Puk <pietje@example.org>:",
        "On Tue, Jan 24, 2017 at 10:12 PM, Pietje Puk <pietje@example.org> wrote:",
        "On Tue, 24 Jan 2017 22:12:00 +0100\nPietje Puk <pietje@example.org> wrote:",
        "On 24 Jan 2017, at 22:12, Pietje Puk wrote:",
        "Am Di., 24. Jan. 2017 um 22:12 Uhr schrieb Pietje Puk <pietje@example.org>:",
        "Am 24.01.2017 um 22:12 schrieb Pietje Puk:",
        "Le mar. 24 janv. 2017 à 22:12, Pietje Puk <pietje@example.org> a écrit :",
        "Le 24/01/2017 à 22:12, Pietje Puk a écrit\u00a0:",
        "El mar, 24 ene 2017 a las 22:12, Pietje Puk (<pietje@example.org>) escribió:",
        "Il giorno mar 24 gen 2017 alle ore 22:12 Pietje Puk <pietje@example.org> ha scritto:",
        "Em ter., 24 de jan. de 2017 às 22:12, Pietje Puk <pietje@example.org> escreveu:",
        "wt., 24 sty 2017 o 22:12 Pietje Puk <pietje@example.org> napisał(a):",
        "W dniu 24.01.2017 o 22:12, Pietje Puk pisze:",
        "Den tis 24 jan. 2017 kl 22:12 skrev Pietje Puk <pietje@example.org>:",
        "Den tir. 24. jan. 2017 kl. 22.12 skrev Pietje Puk <pietje@example.org>:",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\n\n"])
def test_split_reply_takes_out_an_attribution_with_its_quotation(attribution: str, gap: str) -> None:
    top = split_reply(f"{NEW}\n\n{attribution}{gap}{QUOTED}\n")
    bottom = split_reply(f"{attribution}{gap}{QUOTED}\n\n{NEW}\n")
    close = split_reply(f"{NEW}\n{attribution}{gap}{QUOTED}")

    assert (top.text, bottom.text, close.text) == (NEW, NEW, NEW)
    # Of several blank lines between the two, one is kept.
    blank = "\n" if gap == "\n" else "\n\n"
    assert top.elided == bottom.elided == close.elided == f"{attribution}{blank}{QUOTED}"


@pytest.mark.parametrize(
    "block",
    [
        "Van: Jan <jan@example.org>\nVerzonden: di\nAan: Pietje\nOnderwerp: X",
        "*Van:* Jan\n*Verzonden:* di 24 jan. 2017 22:12\n*Aan:* Pietje\n*CC:* Ander\n*Onderwerp:* X",
        "Van: Jan\nOnderwerp: X\nDatum: 24 januari 2017 om 22:12\nAan: Pietje",
        "From: Jan\nSent: Tuesday, 24 January 2017 22:12\nTo: Pietje\nSubject: X",
        "From: Jan\nDate: Tuesday\nTo: Een <een@example.org>,\n  Twee <twee@example.org>,\n  Drie\nSubject: X",
        "Von: Jan\nGesendet: Dienstag, 24. Januar 2017 22:12\nAn: Pietje\nBetreff: X",
        "De : Jan\nEnvoyé : mardi 24 janvier 2017 22:12\nÀ : Pietje\nObjet : X",
        "De: Jan\nEnviado: martes, 24 de enero de 2017 22:12\nPara: Pietje\nAsunto: X",
        "Da: Jan\nInviato: martedì 24 gennaio 2017 22:12\nA: Pietje\nOggetto: X",
        "De: Jan\nEnviada em: terça-feira, 24 de janeiro de 2017 22:12\nPara: Pietje\nAssunto: X",
        "Od: Jan\nWysłano: wtorek, 24 stycznia 2017 22:12\nDo: Pietje\nTemat: X",
        "Från: Jan\nSkickat: den 24 januari 2017 22:12\nTill: Pietje\nÄmne: X",
        "Fra: Jan\nSendt: 24. januar 2017 22.12\nTil: Pietje\nEmne: X",
        "-----Original Message-----\nFrom: Jan",
        "-----Oorspronkelijk bericht-----\nVan: Jan",
        "-------- Oorspronkelijk bericht --------\nVan: Jan",
        "-----Ursprüngliche Nachricht-----\nx",
        "-----Message d'origine-----\nx",
        "-----Mensaje original-----\nx",
        "-----Messaggio originale-----\nx",
        "-----Mensagem original-----\nx",
        "-----Oryginalna wiadomość-----\nx",
        "-----Ursprungligt meddelande-----\nx",
        "-----Oprindelig meddelelse-----\nx",
        "---------- Forwarded message ---------\nx",
        "---- On Tue, 24 Jan 2017 22:12:00 +0100 Jan <jan@example.org> wrote ----\nx",
        "Begin doorgestuurd bericht:\n\nVan: Jan",
        "Begin forwarded message:\n\nx",
    ],
)
def test_split_reply_takes_out_everything_below_a_header_block_or_separator(block: str) -> None:
    reply = split_reply(f"{NEW}\n\n{block}\n\nOuder bericht.\n\nGroet\n")
    ruled = split_reply(f"{NEW}\n\n_____________\n{block}\n\nOuder bericht.")

    assert reply.text == ruled.text == NEW
    assert reply.elided == f"{block}\n\nOuder bericht.\n\nGroet"
    assert ruled.elided == f"_____________\n{block}\n\nOuder bericht."


@pytest.mark.parametrize(
    "signature",
    [
        "Sent from my iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Verzonden vanaf mijn Galaxy",
        "Verzonden vanuit Outlook voor Android<https://aka.ms/AAb9ysg>",
        "Outlook voor iOS downloaden",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Enviado do meu iPhone",
        "Wysłane z iPhone'a",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "-- \nPietje Puk\nVerkoper",
        "--\nPietje Puk",
    ],
)
def test_split_reply_takes_out_signatures_of_people_and_telephones(signature: str) -> None:
    assert split_reply(f"{NEW}\n\n{signature}\n") == (NEW, signature)
    above = split_reply(f"{NEW}\n\n{signature}\n\nJan schreef op 24-1:\n{QUOTED}\n")
    assert above == (NEW, f"{signature}\n\nJan schreef op 24-1:\n{QUOTED}")


@pytest.mark.parametrize(
    "text",
    [
        "Op maandag schreef ik al dat het aan de verkoper ligt.",
        "Op maandag schreef ik:\n\nHet ligt aan de verkoper.",
        "Op 3 maart 2017 om 12:00 schreef ik aan jan@example.org:\n\nHet ligt aan de verkoper.",
        "Mijn antwoord, zoals Jan schreef:\nHet ligt aan de verkoper.",
        "> 50 procent van de klanten.",
        "Ik denk:\n> 50 procent\nDat is het.",
        "a > b\nb > c",
        "Van: alles wat\nniet klopt",
        "Van: de verkoper\nAan: de klant\nHet ligt aan hem.",
        "Stappen:\n--\neen",
        "Verzonden met liefde.",
        "Sent from the heart, this is what I believe about sellers.",
        "Ja --\nof nee --",
        "-----",
        "Original message: doorvragen.",
        "",
    ],
)
def test_split_reply_keeps_in_the_text_what_is_doubtful(text: str) -> None:
    assert split_reply(text) == (text, "")


@pytest.mark.parametrize(
    "text",
    [
        QUOTED,
        "-- \nPietje",
        "Sent from my iPhone",
        f"Op di 24 jan. 2017 om 22:12 schreef Jan <jan@example.org>:\n{QUOTED}",
        "-----Original Message-----\nFrom: Jan\n\nHet is 42.",
        "Verstuurd vanaf mijn iPhone\n\nBegin doorgestuurd bericht:\n\nVan: Jan\n\nHet is 42.",
        "Van: Jan\nVerzonden: di\nAan: Pietje\nOnderwerp: X\n\nHet is 42.\n\nVan: Ander\nAan: Jan\nDatum: ma\n\nEcht?",
        "Op di 24 jan. 2017 schreef Jan <jan@example.org>:\n\nHet is 42.",
    ],
)
def test_split_reply_keeps_everything_rather_than_nothing(text: str) -> None:
    assert split_reply(text) == (text, "")


def test_split_reply_keeps_answers_between_the_quoted_lines() -> None:
    reply = split_reply("Op 24-1 schreef Jan:\n> Een?\n\nJa.\n\n> Twee?\nNee.\n> Drie?\n\n-- \nPietje\n")

    assert reply.text == "Ja.\n\nNee."
    assert reply.elided == "Op 24-1 schreef Jan:\n> Een?\n\n> Twee?\n\n> Drie?\n\n-- \nPietje"


def test_split_reply_does_not_take_a_sentence_for_the_first_line_of_an_attribution() -> None:
    for sentence in ("Ja, dat klopt.", "Op zich een goed idee.", "Op pagina 3 staat het!"):
        reply = split_reply(f"{sentence}\nJan schreef:\n{QUOTED}")
        assert reply.text == sentence


def test_split_reply_keeps_more_than_above_a_quotation() -> None:
    reply = split_reply(f"Zeker\n> 50 procent\n\nOp 24-1 schreef Jan:\n{QUOTED}")

    assert reply.text == "Zeker\n> 50 procent"


def test_split_reply_keeps_the_one_line_beside_what_is_quoted() -> None:
    assert split_reply(f"{QUOTED}\n\nJa.\n") == ("Ja.", QUOTED)
    assert split_reply(f"Ja.\n{QUOTED}\n") == (f"Ja.\n{QUOTED}", "")
    assert split_reply("> Wat nu?\n\nJa.\n") == ("> Wat nu?\n\nJa.", "")


def test_split_reply_keeps_what_pgp_signed_and_takes_out_the_rest() -> None:
    opening = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512"
    signature = "-----BEGIN PGP SIGNATURE-----\n\niHUEARYKAB0=\n=abcd\n-----END PGP SIGNATURE-----"

    assert split_reply(f"{opening}\n\n{NEW}\n{signature}\n") == (NEW, f"{opening}\n\n{signature}")
    assert split_reply(f"{opening}\n{signature}\n").elided == ""
    for half in (f"{opening}\n\n{NEW}", f"{NEW}\n{signature}"):
        assert split_reply(half) == (half, "")


def test_split_reply_undoes_what_pgp_did_to_lines_with_a_dash() -> None:
    opening, signature = (
        "-----BEGIN PGP SIGNED MESSAGE-----\n",
        ("-----BEGIN PGP SIGNATURE-----\n\niHU=\n-----END PGP SIGNATURE-----"),
    )
    reply = split_reply(f"{opening}\n- -5 graden\n- - een\n-6\n\n- -- \nPietje\n{signature}\n")

    assert reply.text == "-5 graden\n- een\n-6"
    assert reply.elided == f"{opening}\n-- \nPietje\n{signature}"


def test_split_reply_knows_dashes_with_the_names_of_spaces_between() -> None:
    old = "------------------&nbsp;\u539f\u59cb\u90ae\u4ef6&nbsp;------------------\nWat nu?"

    assert split_reply(f"{NEW}\n\n{old}") == (NEW, old)


@pytest.mark.parametrize(
    "old",
    [
        "Verzonden via Yahoo Mail op Android\n\n  Op vr, mei 3, 2024 om 9:41 schreef Jan<jan@example.org>:  Wat?\nMail",
        "-------- Original message --------From: Jan <jan@example.org> Date: 03/05/2024  09:41 To: piet Wat nu?",
    ],
)
def test_split_reply_knows_what_telephones_put_in_one_line(old: str) -> None:
    assert split_reply(f"{NEW}\n\n{old}\n") == (NEW, old)


@pytest.mark.parametrize(
    "quotation",
    [
        "> On 3 May 2024, at 09:41, Jan\n> <jan@example.org> wrote:\n>\n> Wat nu?",
        "> Message du 03/05/24 09:41\n> De : Jan <jan@example.org>\n> A : piet@example.org\n> Objet : X\n>\n> Wat nu?",
        "> Wat nu?\n>\n> > Mail het.\n> Groet",
    ],
)
def test_split_reply_knows_a_quotation_by_what_stands_in_it(quotation: str) -> None:
    assert split_reply(f"{NEW}\n\n{quotation}\n") == (NEW, quotation)


def test_split_reply_takes_out_what_a_sentence_cites_when_the_answer_is_beside_it() -> None:
    sentence = "Mijn antwoord is 42, want in het artikel schreven jullie:"
    reply = split_reply(
        f"Beste redactie,\n\n{sentence}\n{QUOTED}\n\nDaar houd ik het bij, net als iedereen.\n"
    )

    assert reply.text == f"Beste redactie,\n\n{sentence}\n\nDaar houd ik het bij, net als iedereen."
    assert reply.elided == QUOTED


@pytest.mark.parametrize(
    "text",
    [
        "Op 3 mei 2024 schreef ik al: doorvragen.",
        "Op 3 mei 2024 schreef ik al:\n> Doorvragen.",
        "Zoals Jan schreef op 3 mei 2024: doorvragen.\n\nDat vind ik ook.",
        "Op 3 mei 2024 om 09:41 mailde ik Jan <jan@example.org>:\n\nHet ligt aan de verkoper.",
        "Datum: 3 mei\nVan: Amsterdam\nAan: Utrecht",
        "Van: Amsterdam\nDatum: 3 mei\nAan: Utrecht\nPrijs: 42",
        "**Origineel bericht**\nHet ligt aan de verkoper.",
        "- Origineel bericht -\nHet ligt aan de verkoper.",
        "Android を入手",
        "使用 iPhone",
    ],
)
def test_split_reply_keeps_prose_that_looks_like_a_quotation(text: str) -> None:
    whole = f"Mijn antwoord.\n\n{text}"

    assert split_reply(whole) == (whole, "")


def test_split_reply_loses_no_line() -> None:
    text = f"A\n\nOp 24-1 schreef Jan:\n{QUOTED}\nB\n-- \nC\n> d\nE"
    reply = split_reply(text)
    both = reply.text.split("\n") + reply.elided.split("\n")

    assert sorted(line for line in both if line) == sorted(line for line in text.split("\n") if line)


@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "Op 1 schreef <a@",
        ":\n",
        "> \n\n",
        "Op 1 schreef <a@\n",
        "Op 1 " * 90 + ":\n",
        "--\n",
        "Van:\nAan:\n\n",
    ],
)
def test_split_reply_is_linear(piece: str) -> None:
    text = (piece * (1 << 20))[: 1 << 20]
    lines = text.split("\n")[: caps.TEXT_LINES]
    began = time.process_time()
    split_reply("\n".join(lines))

    assert time.process_time() - began < 1.0


def test_every_language_has_what_the_reading_needs() -> None:
    for language in LANGUAGES.values():
        assert language.openers
        assert language.verbs
        assert {"from", "date", "to", "subject"} <= set(language.labels)
        assert language.separators
        assert language.devices_sign
        assert language.automatic
