# ruff: noqa: RUF001 -- other scripts and their punctuation are meant.
"""Answers as the mail programs of the world send them: one builder for each program, one row for each answer.

The builders know the structure (parts, containers, encodings, charsets, where the quotation stands); the rows
say what was answered, in which words the program introduces the older message, and what must come out.
"""

import base64
import html
import quopri
import re
from typing import NamedTuple

from tests.mailroom.parser.mails import make_mail

OLDER = ("Wat doe je nu?", "", "Mail het antwoord.")
RULE = "_" * 32


class Shape(NamedTuple):
    """A message as sent, what is new in it, and what is old. `html`: its HTML alone, as some gateways leave it."""

    name: str
    raw: bytes
    text: str
    elided: str
    html: str | None = None


class Content(NamedTuple):
    """A part: its type with parameters, its transfer encoding, and its encoded bytes."""

    kind: str
    encoding: str
    data: bytes

    def part(self) -> bytes:
        return b"Content-Type: %b\r\nContent-Transfer-Encoding: %b\r\n\r\n%b" % (
            self.kind.encode(),
            self.encoding.encode(),
            self.data,
        )

    def mail(self) -> bytes:
        headers = ("MIME-Version: 1.0", f"Content-Transfer-Encoding: {self.encoding}")
        return make_mail(self.data, content_type=self.kind, headers=headers)


def content(
    text: str, subtype: str, *, charset: str = "utf-8", encoding: str = "quoted-printable"
) -> Content:
    """Text as a part. `subtype` may carry parameters: `plain; format=flowed`."""
    data = text.replace("\n", "\r\n").encode(charset)
    if encoding == "base64":
        data = base64.encodebytes(data)
    elif encoding == "quoted-printable":
        data = b"\r\n".join(
            quopri.encodestring(line).replace(b"=\n", b"=\r\n") for line in data.split(b"\r\n")
        )
    return Content(f"text/{subtype}; charset={charset}", encoding, data)


def multipart(subtype: str, *parts: Content | bytes, boundary: str) -> Content:
    """Parts put together; what holds them is 7bit or 8bit, never encoded."""
    mark = f"--{boundary}\r\n".encode()
    inside = [each.part() if isinstance(each, Content) else each for each in parts]
    data = b"".join(mark + each + b"\r\n" for each in inside) + f"--{boundary}--\r\n".encode()
    return Content(f'multipart/{subtype}; boundary="{boundary}"', "8bit", data)


PICTURE = (
    b"Content-Type: image/png; name=image001.png\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-ID: <image001.png@01DA9D3C>\r\nContent-Disposition: inline; filename=image001.png\r\n\r\niVBORw0KGgo="
)


def marked(lines: tuple[str, ...], mark: str = "> ") -> str:
    """Quoted lines; an empty one keeps no space at its end."""
    return "\n".join(f"{mark}{line}".rstrip() for line in lines)


def divs(lines: tuple[str, ...]) -> str:
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in lines)


def escaped(text: str) -> str:
    return html.escape(text.replace("\n", " "), quote=False)


def gmail(name: str, answer: str, attribution: str, *, app: bool = False, sign: str = "") -> Shape:
    """Gmail on the web, or its app: the quotation announced in `gmail_attr`, marked in the plain text."""
    signature = f"\n\n-- \n{sign}" if sign else ""
    plain = f"{answer}{signature}\n\n{attribution}\n\n{marked(OLDER)}\n"
    shown = f'<div dir="auto">{escaped(answer)}</div>' if app else f'<div dir="ltr">{escaped(answer)}</div>'
    if sign:
        shown += f'<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br>\
<div dir="ltr" class="gmail_signature">{escaped(sign)}</div>'
    page = (
        f'{shown}<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        f'{escaped(attribution)}<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;'
        f'border-left:1px solid rgb(204,204,204);padding-left:1ex">{divs(OLDER)}</blockquote></div>'
    )
    both = multipart(
        "alternative", content(plain, "plain"), content(page, "html"), boundary="000000000000a1b2c3"
    )
    elided = f"-- \n{sign}\n\n" if sign else ""
    return Shape(name, both.mail(), answer, f"{elided}{attribution}\n\n{marked(OLDER)}", page)


def outlook_desktop(name: str, answer: str, labels: str, *, charset: str, logo: bool = False) -> Shape:
    """Outlook for Windows: a page made by Word, the older headers in a box with a line above."""
    plain = f"{answer}\n\n \n\n{labels.replace(chr(10), ' ' + chr(10))} \n\n \n\n" + "\n".join(OLDER) + "\n"
    rows = "<br>".join(
        f"<b>{a}:</b> {escaped(b)}" for a, _, b in (x.partition(": ") for x in labels.split("\n"))
    )
    page = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm;\
font-size:11.0pt} --></style><!--[if gte mso 9]><xml><o:shapedefaults/></xml><![endif]--></head>'
        '<body lang=NL link="#0563C1" vlink="#954F72" style=\'word-wrap:break-word\'><div class=WordSection1>'
        + "".join(f"<p class=MsoNormal>{escaped(x)}<o:p></o:p></p>" for x in answer.split("\n") if x)
        + "<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;"
        f"padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>{rows}<o:p></o:p></p></div></div>"
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        + "".join(f"<p class=MsoNormal>{escaped(x) or '&nbsp;'}<o:p></o:p></p>" for x in OLDER)
        + "</div></body></html>"
    )
    both = multipart(
        "alternative",
        content(plain, "plain", charset=charset),
        content(page, "html", charset=charset),
        boundary="_000_AM0PR01MB",
    )
    if logo:
        both = multipart("related", both, PICTURE, boundary="_004_AM0PR01MB")
    elided = plain.split(" \n\n", 1)[1].strip("\n ")
    return Shape(name, both.mail(), answer, elided, page)


def outlook_web(name: str, answer: str, labels: str, *, sign: str = "", encoding: str = "base64") -> Shape:
    """Outlook on the web, the new Outlook and its apps: a rule, `appendonsend` and `divRplyFwdMsg`."""
    signature = f"\n\n{sign}" if sign else ""
    plain = f"{answer}{signature}\n{RULE}\n{labels}\n\n" + "\n".join(OLDER) + "\n"
    rows = "<br>".join(
        f"<b>{a}:</b> {escaped(b)}" for a, _, b in (x.partition(": ") for x in labels.split("\n"))
    )
    linked = escaped(re.sub(r"<.*>", "", sign))
    page = (
        '<html><head><style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style>'
        '</head><body dir="ltr"><div class="elementToProof" style="font-family: Aptos, Calibri, sans-serif; '
        f'font-size: 12pt; color: rgb(0, 0, 0);">{escaped(answer)}</div>'
        + (f'<div id="ms-outlook-mobile-signature" dir="ltr">{linked}</div>' if sign else "")
        + '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">'
        f"{rows}</font><div>&nbsp;</div></div>{divs(OLDER)}</body></html>"
    )
    both = multipart(
        "alternative",
        content(plain, "plain", encoding=encoding),
        content(page, "html", encoding=encoding),
        boundary="_000_DB9PR04MB",
    )
    elided = (f"{sign}\n" if sign else "") + f"{RULE}\n{labels}\n\n" + "\n".join(OLDER)
    return Shape(name, both.mail(), answer, elided, page)


def apple(name: str, answer: str, attribution: str, *, phone: str = "") -> Shape:
    """Apple Mail: also the line above the quotation is quoted. With `phone`, as an iPhone sends it: with a
    signature, in base64, a mark of byte order before the older text.
    """
    older = (f"\ufeff{OLDER[0]}", *OLDER[1:]) if phone else OLDER
    quotation = f"> {attribution}\n> \n" + "\n".join(f"> {line}" for line in older)
    plain = f"{answer}\n\n{phone}\n\n{quotation}\n" if phone else f"{answer}\n\n\n{quotation}\n\n"
    page = (
        '<html aria-label="message body"><head><meta http-equiv="content-type" content="text/html; charset=utf-8">'
        f'</head><body dir="auto" style="overflow-wrap: break-word; line-break: after-white-space;">{escaped(answer)}'
        + (
            f'<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">{escaped(phone)}</div><div dir="ltr"><br>'
            if phone
            else '<br id="lineBreakAtBeginningOfMessage"><div><br>'
        )
        + f'<blockquote type="cite"><div>{escaped(attribution)}</div><br class="Apple-interchange-newline">'
        f"{divs(OLDER)}</blockquote></div></body></html>"
    )
    encoding = "base64" if phone else "quoted-printable"
    both = multipart(
        "alternative",
        content(plain, "plain", encoding=encoding),
        content(page, "html", encoding=encoding),
        boundary="Apple-Mail=_8B0F2B1C",
    )
    return Shape(name, both.mail(), answer, f"{phone}\n\n{quotation}" if phone else quotation, page)


def thunderbird(name: str, answer: str, attribution: str, *, below: bool = False, sign: str = "") -> Shape:
    """Thunderbird in plain text, as flowed lines, with the answer above or below; and what its HTML looks like."""
    quotation = f"{attribution}\n{marked(OLDER)}"
    signature = f"\n\n-- \n{sign}" if sign else ""
    flowed = answer.replace(". ", ". \n")
    plain = f"{quotation}\n\n{flowed}{signature}\n" if below else f"{flowed}{signature}\n\n{quotation}\n"
    cited = (
        f'<div class="moz-cite-prefix">{escaped(attribution)}<br></div><blockquote type="cite" '
        f'cite="mid:1@example.org">{divs(OLDER)}</blockquote>'
    )
    own = f"<p>{escaped(answer)}</p>"
    if sign:
        own += f'<div class="moz-signature">-- <br>{escaped(sign)}</div>'
    raw = content(plain, "plain; format=flowed", encoding="8bit").mail()
    tail = f"-- \n{sign}" if sign else ""
    elided = "\n\n".join(x for x in ((quotation, tail) if below else (tail, quotation)) if x)
    return Shape(name, raw, answer, elided, cited + own if below else own + cited)


def yahoo(name: str, answer: str, attribution: str) -> Shape:
    """Yahoo on the web: the older message is indented, not marked."""
    older = " \n ".join(OLDER)
    quotation = f"    {attribution}  \n \n {older}"
    page = (
        f'<html><head></head><body><div class="ydp1yahoo-style-wrap"><div dir="ltr">{escaped(answer)}</div>'
        '<div><br></div></div><div id="ydp2yahoo_quoted_3" class="ydp2yahoo_quoted"><div style="font-family:'
        f"'Helvetica Neue'\"><div>{escaped(attribution)}</div><div><br></div><div><br></div>{divs(OLDER)}</div></div>"
        "</body></html>"
    )
    plain = f" {answer}\n\n{quotation}  \n"
    both = multipart("alternative", content(plain, "plain"), content(page, "html"), boundary="----=_Part_1.2")
    return Shape(name, both.mail(), f" {answer}", quotation, page)


def proton(name: str, answer: str, attribution: str, sign: str, *, separator: str = "") -> Shape:
    """Proton Mail: a line about itself, in older versions a separator, then a quotation."""
    head = f"{separator}\n{attribution}" if separator else attribution
    quotation = f"{head}\n\n{marked(OLDER)}"
    page = (
        f'<div style="font-family: Arial, sans-serif; font-size: 14px;">{escaped(answer)}</div><div><br></div>'
        f'<div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">{escaped(sign)}'
        f'</div></div><div class="protonmail_quote">{escaped(attribution)}<br><blockquote class="protonmail_quote" '
        f'type="cite">{divs(OLDER)}</blockquote></div>'
    )
    both = multipart(
        "alternative",
        content(f"{answer}\n\n{sign}\n\n{quotation}\n", "plain", encoding="base64"),
        content(page, "html", encoding="base64"),
        boundary="b1_proton",
    )
    return Shape(name, both.mail(), answer, f"{sign}\n\n{quotation}", page)


def samsung(name: str, answer: str, sign: str, separator: str, labels: str) -> Shape:
    """Samsung's own program: a separator, then headers, all of it plain lines."""
    old = (
        f"{sign}\n\n{separator}\n"
        + "\n".join(f"{x} " for x in labels.split("\n"))
        + "\n\n"
        + "\n".join(OLDER)
    )
    page = (
        f'<html><head></head><body><div dir="auto">{escaped(answer)}</div><div dir="auto"><br></div>'
        f'<div id="composer_signature" dir="auto"><div style="font-size:12px;color:#575757" dir="auto">'
        f'{escaped(sign)}</div></div><div dir="auto"><br></div><div align="left" dir="auto" style="font-size:100%;'
        f'color:#000000"><div>{escaped(separator)}</div>'
        + "".join(f"<div>{escaped(x)} </div>" for x in labels.split("\n"))
        + f"<div><br></div></div>{divs(OLDER)}</body></html>"
    )
    both = multipart(
        "alternative",
        content(f"{answer}\n\n\n{old}\n", "plain", encoding="base64"),
        content(page, "html", encoding="base64"),
        boundary="--_com.samsung.android.email_1",
    )
    return Shape(name, both.mail(), answer, old, page)


def phone(name: str, answer: str, attribution: str, *, mark: str, sign: str = "") -> Shape:
    """K-9, Thunderbird for Android and FairEmail: marks without or with a space, a signature below or none."""
    quotation = f"{attribution}\n{marked(OLDER, mark)}"
    signature = f"-- \n{sign}" if sign else ""
    plain = f"{answer}\n\n{signature}\n\n{quotation}\n" if sign else f"{answer}\n\n{quotation}\n"
    page = (
        f'<!DOCTYPE html><html><body><div fairemail="reply"><p>{escaped(answer)}</p></div>'
        + (f'<div class="k9mail-signature">-- <br>{escaped(sign)}</div>' if sign else "")
        + f'<div class="gmail_quote">{escaped(attribution)}<blockquote class="gmail_quote">{divs(OLDER)}'
        "</blockquote></div></body></html>"
    )
    both = multipart("alternative", content(plain, "plain"), content(page, "html"), boundary="----K9AUTO")
    return Shape(name, both.mail(), answer, f"{signature}\n\n{quotation}" if sign else quotation, page)


def text_only(name: str, answer: str, quotation: str, **options: str) -> Shape:
    """Programs that send plain text only."""
    return Shape(name, content(f"{answer}\n\n{quotation}\n", "plain", **options).mail(), answer, quotation)


def page_only(name: str, answer: str, page: str, elided: str, **options: str) -> Shape:
    """Programs that send HTML only. In `page`, `{}` stands for the answer."""
    whole = page.replace("{}", escaped(answer))
    return Shape(name, content(whole, "html", **options).mail(), answer, elided, whole)


NL = "Doorvragen, en niets beloven. Daarna een afspraak maken."
EN = "Keep asking, promise nothing. Then agree on a date."
LABELS_NL = (
    "Van: Jan Jansen <jan@example.org>\nVerzonden: vrijdag 3 mei 2024 09:41\n"
    "Aan: Pietje Puk <pietje@example.org>\nOnderwerp: Kleine uitdaging"
)
LABELS_EN = (
    "From: Jan Jansen <jan@example.org>\nSent: Friday, May 3, 2024 9:41 AM\n"
    "To: Pietje Puk <pietje@example.org>\nSubject: Small challenge"
)
SIGN_NL, SIGN_EN = "Pietje Puk\nVerkoper", "Pietje Puk\nSeller"

SHAPES = [
    gmail("gmail web nl", NL, "Op vr 3 mei 2024 om 09:41 schreef Jan Jansen <jan@example.org>:"),
    gmail(
        "gmail web nl, wrapped",
        NL,
        "Op vr 3 mei 2024 om 09:41 schreef Jan van der Lange Naam <\njan@example.org>:",
    ),
    gmail(
        "gmail web nl, signature",
        NL,
        "Op vr 3 mei 2024 om 09:41 schreef Jan <jan@example.org>:",
        sign="Pietje Puk",
    ),
    gmail("gmail web en", EN, "On Fri, May 3, 2024 at 9:41\u202fAM Jan Jansen <jan@example.org> wrote:"),
    gmail("gmail app nl", NL, "Op vr 3 mei 2024 09:41 schreef Jan Jansen <jan@example.org>:", app=True),
    gmail("gmail app en", EN, "On Fri, 3 May 2024, 09:41 Jan Jansen, <jan@example.org> wrote:", app=True),
    gmail("gmail web de", "Nachfragen.", "Am Fr., 3. Mai 2024 um 09:41 Uhr schrieb Jan <jan@example.org>:"),
    gmail(
        "gmail web fr", "Poser des questions.", "Le ven. 3 mai 2024 à 09:41, Jan <jan@example.org> a écrit :"
    ),
    gmail(
        "gmail web es",
        "Seguir preguntando.",
        "El vie, 3 may 2024 a las 9:41, Jan (<jan@example.org>) escribió:",
    ),
    gmail(
        "gmail web it",
        "Fare domande.",
        "Il giorno ven 3 mag 2024 alle ore 09:41 Jan <jan@example.org> ha scritto:",
    ),
    gmail(
        "gmail web pt", "Perguntar.", "Em sex., 3 de mai. de 2024 às 09:41, Jan <jan@example.org> escreveu:"
    ),
    gmail("gmail web pl", "Pytać dalej.", "pt., 3 maj 2024 o 09:41 Jan <jan@example.org> napisał(a):"),
    gmail("gmail web sv", "Fråga vidare.", "Den fre 3 maj 2024 kl 09:41 skrev Jan <jan@example.org>:"),
    gmail("gmail web da", "Spørge videre.", "Den fre. 3. maj 2024 kl. 09.41 skrev Jan <jan@example.org>:"),
    gmail("gmail web no", "Spørre videre.", "fre. 3. mai 2024 kl. 09:41 skrev Jan <jan@example.org>:"),
    gmail("gmail web fi", "Kysyä lisää.", "pe 3. toukok. 2024 klo 9.41 Jan (jan@example.org) kirjoitti:"),
    gmail("gmail web ru", "Спрашивать.", "пт, 3 мая 2024 г. в 09:41, Jan <jan@example.org>:"),
    gmail("gmail web ja", "質問します。", "2024年5月3日(金) 9:41 Jan <jan@example.org>:"),
    gmail("gmail web zh-CN", "继续提问。", "Jan <jan@example.org> 于2024年5月3日周五 09:41写道："),
    gmail("gmail web zh-TW", "繼續提問。", "Jan <jan@example.org> 於 2024年5月3日 週五 上午9:41寫道："),
    outlook_desktop("outlook classic nl", NL, LABELS_NL, charset="iso-8859-1"),
    outlook_desktop(
        "outlook classic nl, with a logo", f"{NL}\n\nGroet,\nPietje", LABELS_NL, charset="utf-8", logo=True
    ),
    outlook_desktop("outlook classic en", EN, LABELS_EN, charset="us-ascii"),
    outlook_desktop(
        "outlook classic en, of 2010",
        EN,
        LABELS_EN.replace("<jan@example.org>", "[mailto:jan@example.org]"),
        charset="windows-1252",
    ),
    outlook_desktop(
        "outlook classic ja",
        "質問します。",
        "差出人: Jan <jan@example.org>\n送信日時: 2024年5月3日金曜日 9:41\n宛先: Pietje\n件名: 質問",
        charset="iso-2022-jp",
    ),
    outlook_web("outlook web nl", NL, LABELS_NL),
    outlook_web("outlook web en", EN, LABELS_EN, encoding="quoted-printable"),
    outlook_web(
        "outlook web de",
        "Nachfragen.",
        "Von: Jan <jan@example.org>\nGesendet: Freitag, 3. Mai 2024 09:41\nAn: P\nBetreff: X",
    ),
    outlook_web(
        "outlook web fr",
        "Poser.",
        "De : Jan <jan@example.org>\nEnvoyé : vendredi 3 mai 2024 09:41\nÀ : P\nObjet : X",
    ),
    outlook_web(
        "outlook web fi",
        "Kysyä.",
        "Lähettäjä: Jan <jan@example.org>\nLähetetty: 3. toukokuuta 2024\nVastaanottaja: P\nAihe: X",
    ),
    outlook_web(
        "outlook web ru",
        "Спрашивать.",
        "От: Jan <jan@example.org>\nОтправлено: 3 мая 2024 г. 9:41\nКому: P\nТема: X",
    ),
    outlook_web(
        "outlook web zh-CN",
        "继续。",
        "发件人: Jan <jan@example.org>\n发送时间: 2024年5月3日 9:41\n收件人: P\n主题: X",
    ),
    outlook_web(
        "outlook app ios nl", NL, LABELS_NL, sign="Outlook voor iOS<https://aka.ms/o0ukef> downloaden"
    ),
    outlook_web("outlook app ios en", EN, LABELS_EN, sign="Get Outlook for iOS<https://aka.ms/o0ukef>"),
    outlook_web(
        "outlook app android nl",
        NL,
        LABELS_NL,
        sign="Verzonden vanuit Outlook voor Android<https://aka.ms/AAb9ysg>",
    ),
    outlook_web(
        "outlook app android en", EN, LABELS_EN, sign="Sent from Outlook for Android<https://aka.ms/AAb9ysg>"
    ),
    apple(
        "apple mail nl",
        NL,
        "Op 3 mei 2024, om 09:41 heeft Jan Jansen <jan@example.org> het volgende geschreven:",
    ),
    apple("apple mail en", EN, "On 3 May 2024, at 09:41, Jan Jansen <jan@example.org> wrote:"),
    apple("apple mail sv", "Fråga vidare.", "3 maj 2024 kl. 09:41 skrev Jan <jan@example.org>:"),
    apple("apple mail fi", "Kysyä lisää.", "Jan Jansen <jan@example.org> kirjoitti 3.5.2024 kello 9.41:"),
    apple(
        "iphone nl",
        NL,
        "Op 3 mei 2024 om 09:41 heeft Jan <jan@example.org> het volgende geschreven:",
        phone="Verstuurd vanaf mijn iPhone",
    ),
    apple(
        "iphone en",
        EN,
        "On May 3, 2024, at 9:41\u202fAM, Jan <jan@example.org> wrote:",
        phone="Sent from my iPhone",
    ),
    apple(
        "iphone ja", "質問します。", "2024/05/03 9:41、Jan <jan@example.org>のメール:", phone="iPhoneから送信"
    ),
    apple(
        "iphone zh",
        "继续提问。",
        "在 2024年5月3日，09:41，Jan <jan@example.org> 写道：",
        phone="发自我的 iPhone",
    ),
    apple(
        "iphone ru",
        "Спрашивать.",
        "3 мая 2024 г., в 09:41, Jan <jan@example.org> написал(а):",
        phone="Отправлено с iPhone",
    ),
    thunderbird("thunderbird nl", NL, "Op 03-05-2024 om 09:41 schreef Jan Jansen:"),
    thunderbird(
        "thunderbird nl, below", NL, "Op 03-05-2024 om 09:41 schreef Jan Jansen:", below=True, sign=SIGN_NL
    ),
    thunderbird("thunderbird en", EN, "On 03/05/2024 09:41, Jan Jansen wrote:", sign=SIGN_EN),
    thunderbird("thunderbird en, below", EN, "On 03/05/2024 09:41, Jan Jansen wrote:", below=True),
    thunderbird("thunderbird pl", "Pytać dalej.", "W dniu 3.05.2024 o 09:41, Jan Jansen pisze:", below=True),
    yahoo("yahoo nl", NL, "Op vrijdag 3 mei 2024 om 09:41:00 CEST schreef Jan Jansen <jan@example.org>:"),
    yahoo("yahoo en", EN, "On Friday, May 3, 2024 at 09:41:00 AM GMT+2, Jan Jansen <jan@example.org> wrote:"),
    proton(
        "proton nl",
        NL,
        "Op vrijdag 3 mei 2024 om 09:41 schreef Jan <jan@example.org>:",
        "Verzonden met Proton Mail beveiligde e-mail.",
    ),
    proton(
        "proton en",
        EN,
        "On Friday, May 3rd, 2024 at 09:41, Jan <jan@example.org> wrote:",
        "Sent with Proton Mail secure email.",
    ),
    proton(
        "proton en, of 2022",
        EN,
        "On Friday, May 3rd, 2024 at 09:41, Jan <jan@example.org> wrote:",
        "Sent with Proton Mail secure email.",
        separator="------- Original Message -------",
    ),
    samsung(
        "samsung nl",
        NL,
        "Verzonden vanaf mijn Galaxy",
        "-------- Oorspronkelijk bericht --------",
        LABELS_NL.replace("Verzonden", "Datum"),
    ),
    samsung(
        "samsung en",
        EN,
        "Sent from my Galaxy",
        "-------- Original message --------",
        LABELS_EN.replace("Sent", "Date"),
    ),
    phone(
        "k-9 nl",
        NL,
        "Op 3 mei 2024 09:41:00 CEST schreef Jan <jan@example.org>:",
        mark=">",
        sign="Verstuurd vanaf mijn Android-apparaat met K-9 Mail. Excuseer mijn beknoptheid.",
    ),
    phone(
        "k-9 en",
        EN,
        "On 3 May 2024 09:41:00 CEST, Jan <jan@example.org> wrote:",
        mark=">",
        sign="Sent from my Android device with K-9 Mail. Please excuse my brevity.",
    ),
    phone("fairemail nl", NL, "3 mei 2024 09:41:00 Jan Jansen <jan@example.org>:", mark="> "),
    phone("fairemail en", EN, "May 3, 2024 9:41:00 AM Jan Jansen <jan@example.org>:", mark="> "),
    text_only(
        "roundcube nl", NL, f"Jan Jansen schreef op 2024-05-03 09:41:\n{marked(OLDER)}", encoding="8bit"
    ),
    text_only(
        "mutt en",
        EN,
        f"On Fri, May 03, 2024 at 09:41:00AM +0200, Jan Jansen wrote:\n{marked(OLDER)}",
        encoding="7bit",
    ),
    text_only(
        "evolution en",
        EN,
        f"On Fri, 2024-05-03 at 09:41 +0200, Jan Jansen wrote:\n{marked(OLDER)}",
        encoding="8bit",
    ),
    text_only(
        "zoho en",
        EN,
        "---- On Fri, 03 May 2024 09:41:00 +0200 Jan <jan@example.org> wrote ---\n\nWat doe je nu?",
    ),
    text_only(
        "windows mail nl",
        NL,
        f"Verzonden vanuit Mail voor Windows\n\n{LABELS_NL.replace('<jan', '<mailto:jan')}\n\nWat doe je nu?",
    ),
    text_only(
        "outlook mac en",
        EN,
        f"{LABELS_EN.replace('Sent:', 'Date:')}\n\nWat doe je nu?",
        charset="windows-1252",
    ),
    text_only(
        "yandex ru",
        "Спрашивать.",
        f'03.05.2024, 09:41, "Jan" <jan@example.org>:\n{marked(OLDER)}',
        charset="koi8-r",
    ),
    text_only(
        "mail.ru ru",
        "Спрашивать.",
        f"Пятница, 3 мая 2024, 9:41 +03:00 от Jan <jan@example.org>:\n{marked(OLDER, '>')}",
        encoding="base64",
    ),
    text_only(
        "gmx de",
        "Nachfragen.",
        'Gesendet: Freitag, 3. Mai 2024 um 09:41 Uhr\nVon: "Jan" <jan@example.org>\nAn: pietje@example.org\n'
        "Betreff: X\n\nWas nun?",
    ),
    page_only(
        "qq zh",
        "继续提问。",
        '<div>{}</div><div><br></div><div style="font-size: 12px;">------------------&nbsp;原始邮件&nbsp;'
        '------------------</div><div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>发件人:</b>'
        "&nbsp;Jan &lt;jan@example.org&gt;;</div><div><b>发送时间:</b>&nbsp;2024年5月3日 09:41</div></div>"
        "<div>现在怎么办？</div>",
        "------------------ 原始邮件 ------------------\n发件人: Jan <jan@example.org>;\n"
        "发送时间: 2024年5月3日 09:41\n现在怎么办？",
        charset="gb18030",
        encoding="base64",
    ),
    page_only(
        "zimbra nl",
        NL,
        '<div style="font-family: arial; font-size: 12pt; color: #000000"><div>{}</div><div><br></div>'
        '<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><blockquote style="border-left:2px '
        'solid #1010FF"><b>Van: </b>"Jan" &lt;jan@example.org&gt;<br><b>Aan: </b>"Pietje" &lt;pietje@example.org&gt;'
        "<br><b>Verzonden: </b>Vrijdag 3 mei 2024 09:41<br></blockquote></div>"
        '<div data-marker="__QUOTED_TEXT__"><blockquote>Wat nu?</blockquote></div></div>',
        '> Van: "Jan" <jan@example.org>\n> Aan: "Pietje" <pietje@example.org>\n'
        "> Verzonden: Vrijdag 3 mei 2024 09:41\n>\n> Wat nu?",
    ),
]
