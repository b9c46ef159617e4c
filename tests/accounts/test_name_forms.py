import pytest

from blog.accounts.name_forms import forms_of


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Sanne", {"Sanne"}),
        ("Sanne Bakker", {"Sanne Bakker", "Sanne", "Bakker"}),
        ("Sanne de Boer", {"Sanne de Boer", "Sanne", "de Boer", "Boer"}),
        ("Jan-Willem de Boer", {"Jan-Willem de Boer", "Jan-Willem", "de Boer", "Boer"}),
        (
            "Sanne de Boer-Bakker",
            {
                "Sanne de Boer-Bakker",
                "Sanne",
                "de Boer-Bakker",
                "Boer-Bakker",
                "Sanne de Boer",
                "de Boer",
                "Boer",
                "Sanne Bakker",
                "Bakker",
            },
        ),
        (
            "Sanne Bakker-de Boer",
            {
                "Sanne Bakker-de Boer",
                "Sanne",
                "Sanne Bakker-de",
                "Bakker-de Boer",
                "Sanne Bakker",
                "Bakker",
                "Sanne de Boer",
                "de Boer",
                "Boer",
            },
        ),
        ("Anna Jan-Willem de Boer", {"Anna Jan-Willem de Boer", "Anna", "Anna Jan-Willem"}),
        ("Sanne -", {"Sanne -", "Sanne", "-"}),
    ],
)
def test_forms_of_a_name(name: str, called: set[str]) -> None:
    forms = {" ".join(form.words) for form in forms_of(name)}
    assert forms >= called
    assert "Jan" not in forms


def test_a_name_of_many_surnames_is_called_by_each_of_them() -> None:
    forms = {
        " ".join(form.words) for form in forms_of("Sanne de Boer-van den Heuvel-Rijnsburger tot Nieuwenhuis")
    }
    assert forms >= {
        "Sanne de Boer",
        "de Boer",
        "Boer",
        "van den Heuvel",
        "Heuvel",
        "Rijnsburger tot Nieuwenhuis",
    }


def test_half_a_surname_means_nobody_in_passing() -> None:
    """There may be another Sanne de Boer."""
    half = {form for form in forms_of("Sanne de Boer-Bakker") if form.words == ("Sanne", "de", "Boer")}
    assert [form.counts_in_passing for form in half] == [False]


def test_a_name_of_nothing_but_hyphens_costs_little() -> None:
    assert len(forms_of("A " + "-".join("b" * 39))) < 10
