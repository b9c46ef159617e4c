import pytest
from flask import Flask, get_template_attribute
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, StringField
from wtforms.validators import InputRequired


class OddForm(Form):
    name = StringField("Name", [InputRequired("Give a name.")])
    place = StringField("Place", [InputRequired("Give a place.")])
    seen = HiddenField("Seen", [InputRequired("The page is too old.")])


GOOD = {"name": "Ann", "place": "Delft", "seen": "1"}


def summary(app: Flask, without: list[str], fault_of_all: str = "", *, alone: bool = False) -> str:
    """What stands above the form when these were left out."""
    form = OddForm(MultiDict({name: value for name, value in GOOD.items() if name not in without}))
    form.validate()
    if fault_of_all:
        form.form_errors.append(fault_of_all)
    with app.test_request_context():
        return str(get_template_attribute("components/form.html", "form_errors")(form, alone=alone))


def test_a_form_without_faults_says_nothing(app: Flask) -> None:
    assert summary(app, []) == summary(app, [], alone=True) == ""


@pytest.mark.parametrize("without", ["name", "place"])
def test_the_one_thing_that_is_wrong_is_told_above_and_has_the_focus(app: Flask, without: str) -> None:
    told = summary(app, [without])
    assert "One thing is not right yet" in told
    assert f'<a href="#{without}">' in told
    assert 'tabindex="-1" autofocus>' in told


@pytest.mark.parametrize("without", ["name", "place"])
def test_the_fault_of_a_field_that_stands_alone_is_not_said_twice(app: Flask, without: str) -> None:
    assert summary(app, [without], alone=True) == ""
    assert "The page is too old." in summary(app, ["seen"], alone=True)


def test_two_things_are_told_above_with_a_way_to_each(app: Flask) -> None:
    told = summary(app, ["name", "place"])
    assert "2 things are not right yet" in told
    assert '<a href="#name">Name</a>: Give a name.' in told
    assert '<a href="#place">Place</a>: Give a place.' in told


def test_what_no_field_can_show_is_told_above(app: Flask) -> None:
    told = summary(app, ["seen"])
    assert "<li>The page is too old.</li>" in told
    assert "One thing is not right yet" in told
    assert "Nobody knows these two." in summary(app, [], "Nobody knows these two.")
