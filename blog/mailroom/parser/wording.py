"""What mail programs write around and above a person's words, language by language, as data.

Everything is compared without case and with punctuation taken as spaces, so `napisał(a)` stands here as
`napisał a`. A language is added by adding its table to `LANGUAGES`; nothing else knows about languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language.

    `openers`: how the line above a quotation begins; `verbs`: what it says somebody did; `labels`: the header
    block that Outlook and forwards put above a quotation, by kind; `separators`: the words between dashes
    above it; `announcements`: the line with a colon that stands there without dashes; `devices_sign`: how the
    signature of a telephone begins; `automatic`: how the subject of an automatic reply begins; `absent`: the
    same, for words that people begin a subject with too; `replied`: what a reply puts before the subject.
    """

    openers: tuple[str, ...]
    verbs: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    separators: tuple[str, ...]
    announcements: tuple[str, ...]
    devices_sign: tuple[str, ...]
    automatic: tuple[str, ...]
    absent: tuple[str, ...] = ()
    replied: tuple[str, ...] = ("re",)


DUTCH = Wording(
    openers=("op", "den"),
    verbs=("schreef", "geschreven", "schreven"),
    labels={
        "from": ("van",),
        "date": ("verzonden", "datum", "verstuurd"),
        "to": ("aan",),
        "subject": ("onderwerp",),
        "copy": ("cc", "kopie"),
    },
    separators=("oorspronkelijk bericht", "origineel bericht", "doorgestuurd bericht"),
    announcements=("begin doorgestuurd bericht",),
    devices_sign=(
        "verstuurd vanaf",
        "verstuurd vanuit",
        "verstuurd met",
        "verzonden vanaf",
        "verzonden vanuit",
        "verzonden met",
        "verzonden via",
        "outlook voor ios downloaden",
        "outlook voor android downloaden",
        "download outlook voor",
    ),
    automatic=(
        "automatisch antwoord",
        "automatisch bericht",
        "automatische reactie",
        "automatische beantwoording",
        "automatische ontvangstbevestiging",
        "afwezigheidsbericht",
        "afwezigheidsassistent",
        "niet op kantoor",
    ),
    absent=("afwezig", "afwezigheid", "ik ben afwezig", "buiten kantoor"),
    replied=("re", "antw", "antwoord", "betr"),
)
ENGLISH = Wording(
    openers=("on",),
    verbs=("wrote", "writes"),
    labels={
        "from": ("from",),
        "date": ("sent", "date"),
        "to": ("to",),
        "subject": ("subject",),
        "copy": ("cc", "bcc", "reply to"),
    },
    separators=("original message", "forwarded message", "original mail"),
    announcements=("begin forwarded message",),
    devices_sign=("sent from", "sent via", "sent using", "sent with", "get outlook for", "get bluemail for"),
    automatic=(
        "automatic reply",
        "auto reply",
        "autoreply",
        "automated reply",
        "automatic response",
        "auto response",
        "out of office autoreply",
        "out of office auto reply",
        "out of office reply",
        "out of office message",
        "out of office notification",
        "out of the office reply",
        "vacation reply",
        "vacation response",
        "away from my mail",
        "away from mail",
    ),
    absent=("out of office", "out of the office", "i am out of the office"),
)
GERMAN = Wording(
    openers=("am", "den"),
    verbs=("schrieb", "geschrieben", "schrieben"),
    labels={
        "from": ("von",),
        "date": ("gesendet", "datum", "gesendet am"),
        "to": ("an",),
        "subject": ("betreff",),
        "copy": ("cc", "kopie"),
    },
    separators=(
        "ursprüngliche nachricht",
        "originalnachricht",
        "original nachricht",
        "weitergeleitete nachricht",
    ),
    announcements=("anfang der weitergeleiteten nachricht",),
    devices_sign=(
        "von meinem",
        "gesendet von",
        "gesendet mit",
        "gesendet über",
        "diese nachricht wurde von meinem",
    ),
    automatic=(
        "automatische antwort",
        "abwesenheitsnotiz",
        "abwesenheitsmeldung",
        "abwesenheitsnachricht",
        "abwesenheitsassistent",
        "automatische rückantwort",
    ),
    absent=("abwesend", "abwesenheit", "nicht im büro", "außer haus"),
    replied=("re", "aw", "antwort"),
)
FRENCH = Wording(
    openers=("le",),
    verbs=("a écrit", "écrivait", "a ecrit"),
    labels={
        "from": ("de",),
        "date": ("envoyé", "date", "envoyé le"),
        "to": ("à", "a"),
        "subject": ("objet", "sujet"),
        "copy": ("cc", "copie"),
    },
    separators=(
        "message d origine",
        "message original",
        "message transféré",
        "message transmis",
    ),
    announcements=(
        "début du message transféré",
        "début du message réexpédié",
    ),
    devices_sign=(
        "envoyé de mon",
        "envoyé depuis",
        "envoyé à partir de",
        "envoyé à l aide de",
        "téléchargez outlook pour",
        "obtenez outlook pour",
        "télécharger outlook pour",
    ),
    automatic=(
        "réponse automatique",
        "reponse automatique",
        "message automatique",
        "absence du bureau",
        "notification d absence",
        "message d absence",
    ),
    absent=("absent du bureau", "absente du bureau"),
    replied=("re", "ré", "rép"),
)
SPANISH = Wording(
    openers=("el",),
    verbs=("escribió", "escribio", "ha escrito"),
    labels={
        "from": ("de",),
        "date": ("enviado", "fecha", "enviado el"),
        "to": ("para", "a"),
        "subject": ("asunto",),
        "copy": ("cc",),
    },
    separators=("mensaje original", "mensaje reenviado"),
    announcements=("inicio del mensaje reenviado",),
    devices_sign=("enviado desde", "enviado con", "obtener outlook para", "descargar outlook para"),
    automatic=("respuesta automática", "respuesta automatica", "contestación automática", "autorespuesta"),
    absent=("fuera de la oficina", "fuera de oficina"),
    replied=("re", "rv"),
)
ITALIAN = Wording(
    openers=("il", "in data"),
    verbs=("ha scritto", "scrisse", "scrive"),
    labels={
        "from": ("da",),
        "date": ("inviato", "data", "inviato il"),
        "to": ("a",),
        "subject": ("oggetto",),
        "copy": ("cc",),
    },
    separators=("messaggio originale", "messaggio inoltrato"),
    announcements=("inizio messaggio inoltrato",),
    devices_sign=("inviato da", "inviato dal", "inviato con", "scarica outlook per", "ottieni outlook per"),
    automatic=("risposta automatica", "messaggio automatico", "avviso di assenza"),
    absent=("fuori sede", "fuori ufficio"),
    replied=("re", "r", "rif"),
)
PORTUGUESE = Wording(
    openers=("em", "a", "no dia"),
    verbs=("escreveu", "escreveram"),
    labels={
        "from": ("de",),
        "date": ("enviado", "data", "enviada em", "enviado em", "enviada"),
        "to": ("para",),
        "subject": ("assunto",),
        "copy": ("cc",),
    },
    separators=("mensagem original", "mensagem encaminhada"),
    announcements=(
        "início da mensagem encaminhada",
        "início da mensagem reencaminhada",
    ),
    devices_sign=(
        "enviado do",
        "enviado a partir",
        "enviado de",
        "enviado com",
        "obter o outlook para",
        "obtenha o outlook",
    ),
    automatic=("resposta automática", "resposta automatica", "ausência temporária", "mensagem automática"),
    absent=("fora do escritório",),
    replied=("re", "res"),
)
POLISH = Wording(
    openers=("w dniu", "dnia", "dn"),
    verbs=("napisał", "napisała", "napisał a", "napisali", "pisze"),
    labels={
        "from": ("od",),
        "date": ("wysłano", "data", "wysłane"),
        "to": ("do",),
        "subject": ("temat",),
        "copy": ("dw", "cc"),
    },
    separators=(
        "oryginalna wiadomość",
        "wiadomość oryginalna",
        "wiadomość pierwotna",
        "treść oryginalnej wiadomości",
        "przekazana wiadomość",
    ),
    announcements=("początek przekazywanej wiadomości",),
    devices_sign=("wysłane z", "wysłano z", "wysłane za pomocą", "pobierz outlook"),
    automatic=("odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "wiadomość automatyczna"),
    absent=("nieobecność", "poza biurem"),
    replied=("re", "odp"),
)
SWEDISH = Wording(
    openers=("den", "on", "på"),
    verbs=("skrev", "har skrivit"),
    labels={
        "from": ("från",),
        "date": ("skickat", "datum"),
        "to": ("till",),
        "subject": ("ämne",),
        "copy": ("kopia", "cc"),
    },
    separators=(
        "ursprungligt meddelande",
        "originalmeddelande",
        "vidarebefordrat meddelande",
        "vidarebefordrat brev",
    ),
    announcements=("vidarebefordrat brev",),
    devices_sign=("skickat från", "skickades från", "skickat via", "skickat med", "hämta outlook för"),
    automatic=("autosvar", "automatiskt svar", "automatiskt meddelande", "frånvaromeddelande"),
    absent=("frånvarande", "frånvaro", "ej på kontoret"),
    replied=("re", "sv"),
)
DANISH = Wording(
    openers=("den", "på"),
    verbs=("skrev", "har skrevet", "har skrevet følgende"),
    labels={
        "from": ("fra",),
        "date": ("sendt", "dato"),
        "to": ("til",),
        "subject": ("emne",),
        "copy": ("cc",),
    },
    separators=(
        "oprindelig meddelelse",
        "oprindelig besked",
        "original meddelelse",
        "videresendt meddelelse",
    ),
    announcements=(
        "start på videresendt besked",
        "begynd videresendt besked",
    ),
    devices_sign=("sendt fra", "sendt via", "sendt med", "hent outlook til"),
    automatic=("automatisk svar", "autosvar", "automatisk besked", "fraværsmeddelelse"),
    absent=("fraværende", "ikke til stede", "ikke på kontoret"),
    replied=("re", "sv", "vs"),
)
NORWEGIAN = Wording(
    openers=("den", "på"),
    verbs=("skrev", "skrev følgende"),
    labels={
        "from": ("fra",),
        "date": ("sendt", "dato"),
        "to": ("til",),
        "subject": ("emne",),
        "copy": ("kopi", "cc"),
    },
    separators=("opprinnelig melding", "videresendt melding"),
    announcements=("videresendt melding",),
    devices_sign=("sendt fra", "sendt via", "skaff deg outlook for"),
    automatic=("automatisk svar", "fraværsmelding"),
    absent=("fraværende", "ikke til stede"),
    replied=("re", "sv"),
)

LANGUAGES = (
    DUTCH,
    ENGLISH,
    GERMAN,
    FRENCH,
    SPANISH,
    ITALIAN,
    PORTUGUESE,
    POLISH,
    SWEDISH,
    DANISH,
    NORWEGIAN,
)

# What a telephone's signature names; without one of these the line may be somebody's own sentence.
DEVICES = frozenset(
    "iphone ipad ipod ios android samsung galaxy huawei xiaomi redmi oneplus oppo pixel nokia sony xperia"
    " htc lg motorola moto blackberry windows outlook yahoo gmail proton protonmail bluemail thunderbird"
    " spark smartphone telefoon mobiel mobiele toestel phone mobile device handy smartphonen telefon mobil"
    " téléphone mobilmail móvil teléfono telefono cellulare telemóvel celular telefonu mobilen tablet"
    " macbook apparaat".split()
)
