"""What mail programs write in Finnish."""

from blog.mailroom.parser.languages.wording import Wording

FINNISH = Wording(
    openers=("ma", "ti", "ke", "to", "pe", "la", "su"),
    verbs=("kirjoitti", "kirjoittaa", "on kirjoittanut"),
    own=("kirjoitin", "olen kirjoittanut"),
    labels={
        "from": ("lähettäjä",),
        "date": ("lähetetty", "päivämäärä", "päiväys", "pvm"),
        "to": ("vastaanottaja", "vastaanottajat", "saaja", "kenelle"),
        "subject": ("aihe",),
        "copy": ("kopio", "cc"),
    },
    separators=(
        "alkuperäinen viesti",
        "välitetty viesti",
        "edelleenlähetetty viesti",
        "edelleen lähetetty viesti",
    ),
    announcements=("välitetty viesti alkaa", "edelleenlähetetty viesti alkaa"),
    devices_sign=(
        "lähetetty",
        "hanki outlook",
        "hae outlook",
    ),
    greetings=(
        "hei",
        "moi",
        "terve",
        "hyvä",
        "arvoisa",
        "huomenta",
        "hyvää päivää",
        "hyvää huomenta",
        "hyvää iltaa",
    ),
    closings=(
        "terveisin",
        "ystävällisin terveisin",
        "parhain terveisin",
        "yt",
        "t",
        "kiitos",
        "kiitos etukäteen",
        "kunnioittavasti",
    ),
    automatic=("automaattinen vastaus", "automaattivastaus", "poissaoloilmoitus", "poissaoloviesti"),
    absent=("poissa", "poissa toimistosta", "en ole paikalla"),
    undelivered=("ei voi toimittaa", "toimittamaton", "viestiä ei voitu toimittaa", "toimitus epäonnistui"),
    replied=("re", "vs", "sv"),
)
