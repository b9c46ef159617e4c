"""Which names speak for the site, and which ordinary ones do not."""

import pytest

from blog.accounts.names import is_kept_handle
from blog.accounts.offices import speaks_for_site

SITE = "De Nieuwe Krant"

OFFICES = [
    *(
        "Admin",
        "Admin2",
        "007admin",
        "Anna Admin",
        "Admins",
        "Administrators",
        "Administratie",
        "A D M I N",
        "adm1n",
    ),
    *(
        "de redactie",
        "Redactie De Nieuwe Krant",
        "red\u0430ctie",
        "R e d a c t i e",
        "Redactielokaal",
        "Redactieteam",
    ),
    *(
        "Redacteurs",
        "Hoofdredactrice",
        "hoofdredacteuren",
        "Eindredactie",
        "Sportredactie",
        "Redaktie",
        "R\u00e9dactie Anna",
    ),
    *(
        "Moderator Anna",
        "Anna (moderator)",
        "Moderatoren",
        "Moderatie",
        "Moderation",
        "rnoderator",
        "Co-moderator",
    ),
    *("Beheer", "Sitebeheer", "Site-beheer", "Beheerders", "Forumbeheerder", "Site-administratie"),
    *("Editor", "Editors", "Editorial", "Editorial board", "Chief editor", "Webeditor", "Sub-editor Anna"),
    *(
        "Official",
        "Officieel",
        "Offici\u00eble krant",
        "Staff",
        "5taff Anna",
        "The Staff",
        "Webmaster",
        "Webmasters",
    ),
    *("Support", "Support 2", "Customer support", "customersupport", "Helpdesk", "Help desk", "De helpdesk"),
    *("Security", "Security team", "Team", "The Team", "Nieuwsdesk", "Mods", "Mod team", "Privacy officer"),
    *("Klantenservice", "Klantendienst", "Customer service", "Lezersservice"),
    *(
        "Chefredakteurin",
        "Die Redaktion",
        "Administrateur",
        "Mod\u00e9ratrice",
        "La r\u00e9daction",
        "L\u2019\u00e9quipe",
    ),
    *("Redakteur", "Moderatorin", "Verwaltung", "Kundenservice", "\u00c9diteur", "Service clients"),
    *(
        "\u0410dmin",
        "\U0001d5d4\U0001d5f1\U0001d5fa\U0001d5f6\U0001d5fb",
        "ad\u200dmin",
        "Anna\u3164Admin",
        "\u2460admin",
    ),
]

# Names and words of Dutch, English and their neighbours that look a little like the above.
ORDINARY = [
    *(
        "Anna de Vries",
        "Adminah",
        "Admiraal",
        "Piet Admiraal",
        "Admira",
        "Adm. de Ruyter",
        "Badminton",
        "Administer",
    ),
    *(
        "Editha",
        "Edith",
        "Edita Redlich",
        "Editie",
        "Edition",
        "Edithor",
        "Creditor",
        "Accreditor",
        "Predator",
    ),
    *(
        "Beheersing",
        "Zelfbeheersing",
        "Natuurbeheer",
        "Beheerst",
        "Beheeren",
        "Natuurbeheerder",
        "van den Heer",
    ),
    *("Redacted", "Redder", "Roderick", "Fred Actie", "Redan", "Reda Cti", "Red", "Redactus", "Abreda"),
    *(
        "Moderato",
        "Moderate Mike",
        "Modern",
        "Moderna",
        "Modest",
        "Modesta",
        "Modig",
        "Moderne Vrouw",
        "Modder",
    ),
    *("Stafford", "Staffan", "Falstaff", "Staffordshire", "Stefan Staf", "Flagstaff", "Distaff"),
    *("Supporter", "Supporters van Ajax", "Support Oekra\u00efne", "Rapport", "Supple", "Suppers"),
    *("Securitas", "Secuur", "Team Anna", "Teamgeest", "Steam", "Teamster", "Teunis", "Tamara"),
    *(
        "Desktop",
        "Desmond",
        "Helpman",
        "Helper",
        "Service",
        "Diensten",
        "Dienstmeisje",
        "Klant",
        "Lezer",
        "Reader",
    ),
    *(
        "Webster",
        "Site",
        "De Site",
        "Chef-kok",
        "Chief Joseph",
        "Hoofd",
        "de Hoop",
        "Juniora",
        "Senior",
        "Coby",
    ),
    *(
        "Postma",
        "Poster",
        "Postman",
        "Hostert",
        "Master",
        "Webb",
        "Burgemeester",
        "Hofmeester",
        "Hyssop",
        "Lysop",
    ),
    *("Officina", "Offringa", "Office Worker", "Ministerie", "Ministrant", "Adelheid", "Benedikt", "Aktie"),
    *(
        "Ladmirant",
        "Desiree",
        "Dennis Kok",
        "Eind",
        "Netty",
        "Lena",
        "Photographer",
        "Videograaf",
        "Persoon",
        "Pers",
    ),
    *(
        "Nieuwe Anna",
        "Krant",
        "De Nieuwe",
        "Nieuwenhuis",
        "Krantenman",
        "\u5f20\u4f1f",
        "\U0001f44d",
        "7",
        "",
    ),
]


@pytest.mark.parametrize("name", OFFICES)
def test_offices_speak_for_the_site_in_every_form(name: str) -> None:
    assert speaks_for_site(name, SITE)


@pytest.mark.parametrize(
    "name",
    [
        *("De Nieuwe Krant", "Nieuws van De Nieuwe Krant", "DeNieuweKrant", "D\u0435 Nieuwe Kr\u0430nt"),
        *("De Nieuwe Krant 2", "Anna, De-Nieuwe-Krant", "de nieuvve krant", "D\u00e9 Nieuwe Krant-lezer"),
    ],
)
def test_so_does_its_own_name(name: str) -> None:
    assert speaks_for_site(name, SITE)


@pytest.mark.parametrize(
    ("site", "name", "speaks"),
    [
        ("1Limburg", "1Limburg", True),
        ("1Limburg", "Anna van 1Limburg", True),
        ("NRC", "Onrcust", False),
        ("Kern", "De Kem", True),
        ("Ver Nieuws", "Vernieuws", True),
        ("!!!", "Anna", False),
        ("!!!", "!!!", False),
    ],
)
def test_it_may_hold_numbers_pairs_of_letters_or_no_letters_at_all(
    site: str, name: str, speaks: bool
) -> None:
    assert speaks_for_site(name, site) is speaks


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_names_and_words_do_not(name: str) -> None:
    assert not speaks_for_site(name, SITE)
    handle = "-".join(name.lower().split())
    assert not speaks_for_site(handle, SITE)


@pytest.mark.parametrize(
    "handle", ["anna-bos", "natuurbeheer", "admiraal", "editha", "support-oekraine", "creditor"]
)
def test_nor_do_ordinary_handles(handle: str) -> None:
    assert not is_kept_handle(handle, SITE)


@pytest.mark.parametrize(
    "name", ["RejoinderAdmin", "rejoindersupport", "RejoinderTeam", "SupportRejoinder", "teamrejoinder"]
)
def test_the_site_and_an_office_of_it_are_told_without_a_space(name: str) -> None:
    assert speaks_for_site(name, "Rejoinder")


@pytest.mark.parametrize("name", ["Rejoinders", "Rejoinderman", "Support Oekraïne", "Anna Rejoin"])
def test_what_only_begins_like_the_site_speaks_for_nobody(name: str) -> None:
    assert not speaks_for_site(name, "Rejoinder")
