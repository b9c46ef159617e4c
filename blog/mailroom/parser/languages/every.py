"""Every language that is read, and what is the same in all of them.

To add one: write its table in a file of its own beside these, and name it here. Nothing else knows about
languages; the tests say which of its fields still lack a sample.
"""

from blog.mailroom.parser.languages.chinese import SIMPLIFIED_CHINESE, TRADITIONAL_CHINESE
from blog.mailroom.parser.languages.danish import DANISH
from blog.mailroom.parser.languages.dutch import DUTCH
from blog.mailroom.parser.languages.english import ENGLISH
from blog.mailroom.parser.languages.finnish import FINNISH
from blog.mailroom.parser.languages.french import FRENCH
from blog.mailroom.parser.languages.german import GERMAN
from blog.mailroom.parser.languages.italian import ITALIAN
from blog.mailroom.parser.languages.japanese import JAPANESE
from blog.mailroom.parser.languages.norwegian import NORWEGIAN
from blog.mailroom.parser.languages.polish import POLISH
from blog.mailroom.parser.languages.portuguese import PORTUGUESE
from blog.mailroom.parser.languages.russian import RUSSIAN
from blog.mailroom.parser.languages.spanish import SPANISH
from blog.mailroom.parser.languages.swedish import SWEDISH
from blog.mailroom.parser.languages.wording import Wording

LANGUAGES: dict[str, Wording] = {
    "nl": DUTCH,
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "it": ITALIAN,
    "pt": PORTUGUESE,
    "pl": POLISH,
    "sv": SWEDISH,
    "da": DANISH,
    "no": NORWEGIAN,
    "fi": FINNISH,
    "ru": RUSSIAN,
    "ja": JAPANESE,
    "zh-hans": SIMPLIFIED_CHINESE,
    "zh-hant": TRADITIONAL_CHINESE,
}

# What a telephone's signature names; without one of these the line may be somebody's own sentence.
DEVICES = frozenset(
    "iphone ipad ipod ios android samsung galaxy huawei xiaomi redmi oneplus oppo pixel nokia sony xperia"
    " htc lg motorola moto blackberry windows outlook yahoo gmail proton protonmail bluemail thunderbird"
    " spark smartphone telefoon mobiel mobiele toestel phone mobile device handy smartphonen telefon mobil"
    " téléphone mobilmail móvil teléfono telefono cellulare telemóvel celular telefonu mobilen tablet"
    " macbook apparaat fairemail aquamail iphonesta ipadista puhelimesta puhelimestani androidista"
    " outlookista смартфона телефона устройства 手机 手機 裝置 设备 スマートフォン 携帯"
    " mobiltelefon smartmobil яндекс huaweista samsungista honor vivo realme iphonestani ipadistani".split()
)

# Programs that sign for themselves, in whole sentences too.
PROGRAMS = (
    "outlook",
    "outlookista",
    "yahoo",
    "gmail",
    "proton",
    "protonmail",
    "bluemail",
    "thunderbird",
    "spark",
    "fairemail",
    "aquamail",
    "k 9",
    "gmx",
    "яндекс",
)
