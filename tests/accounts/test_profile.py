"""What somebody shows of themself: names, handles and pictures, one at a time and twenty at once."""

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from blog.accounts.actions import people, profile, roles
from blog.accounts.models.people import FormerHandle, FormerName, Person
from blog.accounts.queries import person_by_handle, person_of_former_handle
from blog.accounts.values import Role
from blog.accounts.views import profile as profile_views
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import session, unit_of_work
from blog.core.errors import InvalidInput, TooMany
from blog.core.pictures import SIZES, SquarePicture, picture_name, square_picture
from blog.core.storage import current_storage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.at_once import at_once
from tests.support.jobs import run_due_jobs
from tests.support.picture_files import jpeg, long_gif, picture_field, picture_form, png_of_claimed_size

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_numbers = count(1)
TAKEN = "Somebody has this address, or one that looks like it."


def make_reader(name: str = "Anna de Vries", email: str | None = None) -> Person:
    with unit_of_work():
        return people.create_person(email or f"reader{next(_numbers)}@example.org", name)


def change(person: Person, *, name: str | None = None, handle: str | None = None, bio: str = "") -> None:
    with unit_of_work():
        profile.change_profile(
            person,
            name=person.name if name is None else name,
            handle=person.handle if handle is None else handle,
            bio=bio,
        )


def refusal_of(person: Person, **changes: str) -> dict[str, str]:
    """What is said at each field."""
    with pytest.raises(InvalidInput) as refusal:
        change(person, **changes)
    return {name: str(message) for name, message in refusal.value.fields.items()}


# The cases of a takeover by a name that looks the same (CTFd, CVE-2020-7245), and of faster eyes.
TWINS = [
    *(
        " anna-bill",
        "anna-bill\u200b",
        "ANNA-BILL",
        "anna\u2010bill",
        "anna\u2011bill",
        "annabill",
        "anna--bill",
    ),
    *("\u0430nna-bill", "anna-b\u0456ll", "\uff41nna-bill", "\u00e1nna-bill", "anna-bi11", "anna-blll"),
    *("an\u00adna-bill", "\u202eanna-bill", "anna_bill", "anna.bill", "anna bill", "\U0001d41anna-bill"),
    "anna-bi\u2113l",
]


@pytest.mark.parametrize("twin", TWINS)
def test_a_handle_that_looks_like_somebodys_is_told_to_be_taken(app: Flask, twin: str) -> None:
    make_reader("Anna Bill")
    assert person_by_handle("anna-bill") is not None
    other = make_reader("Somebody Else")
    assert refusal_of(other, handle=twin) == {"handle": f"{TAKEN} Choose another one."}
    assert other.handle == "somebody-else"


@pytest.mark.parametrize(("handle", "twin"), [("m0rnvvs5", "momwss"), ("film-fan", "\ufb01lm-fan")])
def test_pairs_of_letters_and_ligatures_are_twins_too(app: Flask, handle: str, twin: str) -> None:
    one, other = make_reader("One Reader"), make_reader("Another")
    change(one, handle=handle)
    assert refusal_of(other, handle=twin) == {"handle": f"{TAKEN} Choose another one."}


@pytest.mark.parametrize("kept", [" admin", "admin\u200b", "ADMIN", "\u0430dmin", "moderator", "rej0inder"])
def test_a_handle_that_speaks_for_the_site_is_refused(app: Flask, kept: str) -> None:
    reader = make_reader()
    assert refusal_of(reader, handle=kept) == {
        "handle": "This address is kept for the site itself. Choose another one."
    }


def test_a_twin_of_ones_own_handle_can_be_taken(app: Flask) -> None:
    reader = make_reader("Anna Bill")
    change(reader, handle="annabi11")
    assert (reader.handle, reader.handle_key) == ("annabi11", "annablll")
    assert person_of_former_handle("anna-bill") is reader
    change(reader, handle="anna-bill")
    assert reader.handle == "anna-bill"
    # Twins are one look, and lead once.
    assert [row.handle for row in session.scalars(sa.select(FormerHandle))] == ["annabi11"]


def test_twenty_people_who_want_one_handle_at_once_get_it_once(app: Flask) -> None:
    ids = [make_reader(f"Reader {chr(97 + number) * 3}").id for number in range(20)]

    def claim(number: int) -> None:
        with unit_of_work():
            person = session.get_one(Person, ids[number])
            profile.change_profile(person, name=person.name, handle="wanted", bio="")

    refusals = at_once(app, 20, claim)
    assert {str(refusal) for refusal in refusals} == {f"{TAKEN} Choose another one."}
    assert len(refusals) == 19
    assert session.scalars(sa.select(Person.handle).where(Person.handle_key == "wanted")).all() == ["wanted"]
    assert len(session.scalars(sa.select(FormerHandle)).all()) == 1


def test_twins_who_come_at_once_get_one_place(app: Flask) -> None:
    ids = [make_reader(name).id for name in ("One", "Two")]
    wanted = ("annabill", "anna-bi11")

    def claim(number: int) -> None:
        with unit_of_work():
            person = session.get_one(Person, ids[number])
            profile.change_profile(person, name=person.name, handle=wanted[number], bio="")

    assert len(at_once(app, 2, claim)) == 1
    assert len(session.scalars(sa.select(Person).where(Person.handle_key == "annablll")).all()) == 1


def test_an_old_handle_leads_to_its_owner_and_is_kept_for_a_year(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        anna, other = make_reader("Anna"), make_reader("Somebody Else")
        change(anna, handle="annabos")
        assert person_of_former_handle("anna") is anna
        assert refusal_of(other, handle="anna") == {"handle": f"{TAKEN} Choose another one."}
        assert refusal_of(other, handle="ann4".replace("4", "a")) == {
            "handle": f"{TAKEN} Choose another one."
        }
        # Nor does anybody get it who comes with that name.
        assert make_reader("Anna", "anna2@example.org").handle == "anna-2"
    with time_machine.travel(NOON + timedelta(days=365, seconds=-1), tick=False):
        assert refusal_of(other, handle="anna") == {"handle": f"{TAKEN} Choose another one."}
    with time_machine.travel(NOON + timedelta(days=365), tick=False):
        # Nobody wants it: it still leads to her.
        assert person_of_former_handle("anna") is anna
        change(other, handle="anna")
    assert person_by_handle("anna") is other
    assert person_of_former_handle("anna") is None


def test_ones_own_old_handle_can_be_taken_back_at_any_time(app: Flask) -> None:
    anna = make_reader("Anna")
    change(anna, handle="annabos")
    change(anna, handle="anna")
    assert anna.handle == "anna"
    assert person_of_former_handle("annabos") is anna
    assert person_of_former_handle("anna") is None


def test_a_handle_and_a_name_change_three_times_in_thirty_days(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        anna = make_reader("Anna")
        for number in range(3):
            change(anna, name=f"Anna {number}", handle=f"anna-x{number}")
        faults = refusal_of(anna, name="Anna Bos", handle="annabos")
        assert sorted(faults) == ["handle", "name"]
        assert all("three times in 30 days" in fault for fault in faults.values())
        # What stays the same is no change.
        change(anna, bio="Nog steeds Anna.")
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        change(anna, name="Anna Bos", handle="annabos")
    assert (anna.name, anna.handle) == ("Anna Bos", "annabos")


def test_a_former_name_has_its_day(app: Flask) -> None:
    anna = make_reader("Anna")
    with time_machine.travel(NOON, tick=False):
        change(anna, name=" Anna  Bos ")
    former = session.scalars(sa.select(FormerName)).one()
    assert (former.person_id, former.name, former.until) == (anna.id, "Anna", NOON)
    assert anna.name == "Anna Bos"


def test_of_what_is_wrong_all_is_told_and_nothing_is_changed(app: Flask) -> None:
    anna = make_reader("Anna")
    faults = refusal_of(anna, name="Anna\u202e", handle="--", bio="x" * 501)
    assert sorted(faults) == ["bio", "handle", "name"]
    assert sorted(refusal_of(anna, name="Anna Bos", handle="x")) == ["handle"]
    session.expire_all()
    assert (anna.name, anna.handle, anna.bio) == ("Anna", "anna", None)
    assert session.scalars(sa.select(FormerName)).all() == []


@pytest.mark.parametrize(
    "name", ["Eva Smit", "\u0415va Smit", "EVA SMIT", "Eva Sm1t", "Eva\u2003Smit", "EvaSmit"]
)
def test_a_reader_does_not_pass_for_somebody_who_works_here(app: Flask, name: str) -> None:
    make_person(name="Eva Smit", role="editor")
    with pytest.raises(InvalidInput, match="Somebody who works here has this name"), unit_of_work():
        people.create_person("somebody@example.org", name)
    reader = make_reader("Eva Smits")
    refused = refusal_of(reader, name=name)
    assert list(refused) == ["name"]
    # Nobody who is signed in is asked to sign in.
    assert "sign in" not in str(refused)


@pytest.mark.parametrize("name", ["\ufdfa" * 5, "\u3164", "Moderatoren"])
def test_a_name_that_was_given_by_other_rules_may_stay(app: Flask, name: str) -> None:
    person = make_person(name=name)
    change(person, name=name, bio="Hi.")
    assert (person.name, person.bio) == (name, "Hi.")


@pytest.mark.parametrize("role", ["reader", "admin"])
def test_nobody_is_called_like_those_who_have_left(app: Flask, role: str) -> None:
    person = make_person(name="Anna Bos", role=role)
    with pytest.raises(InvalidInput, match="People who have left are called like this"), unit_of_work():
        profile.change_profile(person, name="Oud-lezer 2", handle=person.handle, bio="")
    with pytest.raises(InvalidInput, match="People who have left are called like this"), unit_of_work():
        people.create_person("bo@example.org", "Former reader 1", [role])
    # Whoever was called so before it was refused can change everything else.
    with unit_of_work():
        person.name = "Former reader 3"
    with unit_of_work():
        profile.change_profile(person, name="Former reader 3", handle=person.handle, bio="Hi.")
    assert person.bio == "Hi."


@pytest.mark.parametrize(
    "name", ["Admin", "De redactie", "Rejoinder", "R\u0435joinder", "Moderator Eva", "beheer"]
)
def test_a_reader_does_not_pass_for_the_site(app: Flask, name: str) -> None:
    with pytest.raises(InvalidInput, match="kept for the people who make this site"), unit_of_work():
        people.create_person("somebody@example.org", name)
    assert list(refusal_of(make_reader("Eva"), name=name)) == ["name"]


@pytest.mark.parametrize("role", ["author", "editor", "moderator", "admin"])
@pytest.mark.parametrize("name", ["Eva Smit", "\u0415va Sm1t"])
def test_nor_does_one_who_works_here_for_another(app: Flask, role: str, name: str) -> None:
    make_person(name="Eva Smit", role="admin")
    with pytest.raises(InvalidInput, match="Somebody who works here has this name"), unit_of_work():
        people.create_person("somebody@example.org", name, [role])
    colleague = make_person(name="Eva Smits", role=role)
    assert list(refusal_of(colleague, name=name)) == ["name"]
    assert colleague.name == "Eva Smits"
    # Their own name they may write as they like.
    change(colleague, name="EVA SMITS")
    assert colleague.name == "EVA SMITS"


@pytest.mark.parametrize("roles_held", [["editor"], ["admin"], ["author", "editor"]])
def test_who_speaks_for_the_site_may_be_called_what_they_are(app: Flask, roles_held: list[str]) -> None:
    with unit_of_work():
        editor = people.create_person("redactie@example.org", "Redactie", roles_held)
    # Their handle all the same is not the site's.
    assert editor.handle == "reader"
    change(editor, name="De redactie")
    assert editor.name == "De redactie"


@pytest.mark.parametrize("role", ["author", "moderator"])
@pytest.mark.parametrize("name", ["De Redactie", "Rejoinder", "Customer support"])
def test_others_who_work_here_may_not(app: Flask, role: str, name: str) -> None:
    with pytest.raises(InvalidInput, match="kept for the people who make this site"), unit_of_work():
        people.create_person("somebody@example.org", name, [role])
    colleague = make_person(name="Eva Smit", role=role)
    assert list(refusal_of(colleague, name=name)) == ["name"]
    assert colleague.name == "Eva Smit"


def test_who_no_longer_works_here_may_keep_their_name(app: Flask) -> None:
    eva = make_person(name="Eva Smit", role="editor")
    with unit_of_work():
        roles.revoke_role(eva, Role.EDITOR)
    change(eva, name="Eva de Smit")
    change(eva, name="Eva Smit")
    assert eva.name == "Eva Smit"


@pytest.mark.parametrize(
    ("name", "handles"),
    [
        ("Jo", ["jo-2", "jo-3"]),
        ("Jan", ["jan", "jan-2"]),
        ("张伟", ["reader", "reader-2"]),
        ("x" * 40, ["x" * 30, "x" * 22 + "-2"]),
        ("Contact", ["reader", "reader-2"]),
        ("Anna Bi11", ["anna-bi11", "anna-bi11-2"]),
    ],
)
def test_a_handle_is_made_from_the_name(app: Flask, name: str, handles: list[str]) -> None:
    made = [make_reader(name, f"{number}@example.org").handle for number in range(len(handles))]
    assert made == handles


def test_a_made_handle_looks_like_nobody_elses(app: Flask) -> None:
    make_reader("Anna Bill")
    assert make_reader("Anna Bi11").handle == "anna-bi11-2"
    assert make_reader("ANNABILL", "third@example.org").handle == "annabill-3"


def test_a_picture_is_kept_in_three_sizes_and_thrown_away_a_day_after_nobody_has_it(app: Flask) -> None:
    anna, bert = make_reader("Anna"), make_reader("Bert")
    first, second = square_picture(jpeg()), square_picture(jpeg(colour="red"))
    with time_machine.travel(NOON, tick=False):
        for person in (anna, bert):
            with unit_of_work():
                profile.choose_picture(person, first, current_storage())
        assert kept(first.digest) == [True, True, True]
        with unit_of_work():
            profile.choose_picture(anna, second, current_storage())
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        run_due_jobs()
        # Bert has it still.
        assert kept(first.digest) == [True, True, True]
        with unit_of_work():
            profile.remove_picture(bert)
        run_due_jobs()
        assert kept(first.digest) == [True, True, True]
    with time_machine.travel(NOON + timedelta(days=3, minutes=1), tick=False):
        run_due_jobs()
    assert kept(first.digest) == [False, False, False]
    assert kept(second.digest) == [True, True, True]
    assert (session.get_one(Person, anna.id).picture, session.get_one(Person, bert.id).picture) == (
        second.digest,
        None,
    )


def test_a_picture_that_is_chosen_again_meanwhile_stays(app: Flask) -> None:
    anna, picture = make_reader("Anna"), square_picture(jpeg())
    with time_machine.travel(NOON, tick=False):
        for _time in range(2):
            with unit_of_work():
                profile.choose_picture(anna, picture, current_storage())
            with unit_of_work():
                profile.remove_picture(anna)
        with unit_of_work():
            profile.choose_picture(anna, picture, current_storage())
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        run_due_jobs()
    assert kept(picture.digest) == [True, True, True]


def test_a_picture_is_there_for_whoever_takes_it_while_another_throws_it_away(app: Flask) -> None:
    picture = square_picture(jpeg())
    anna, bert = make_reader("Anna").id, make_reader("Bert").id
    with unit_of_work():
        profile.choose_picture(session.get_one(Person, anna), picture, current_storage())
    with unit_of_work():
        session.get_one(Person, anna).picture = None

    def act(number: int) -> None:
        with unit_of_work():
            if number % 2:
                profile.forget_picture(picture.digest, current_storage())
            else:
                profile.choose_picture(session.get_one(Person, bert), picture, current_storage())

    for _round in range(5):
        assert at_once(app, 4, act) == []
        assert kept(picture.digest) == [True, True, True]
        with unit_of_work():
            session.get_one(Person, bert).picture = None


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (png_of_claimed_size(30_000, 30_000), "bomb.png", "more than 40 million pixels"),
        (jpeg()[:2000], "cut.jpg", "no picture that we can read"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "x.png",
            "no picture that we can read",
        ),
        (b"<!doctype html><script>alert(1)</script>", "x.jpg", "no picture that we can read"),
        (jpeg() + b"\0" * 6_000_000, "large.jpg", "At most 5 MB fits"),
        (b"", "empty.jpg", "no picture that we can read"),
    ],
)
def test_a_file_that_cannot_be_shown_is_told_at_its_field(
    app: Flask, sign_in: SignIn, content: bytes, name: str, told: str
) -> None:
    anna = make_reader()
    before = files()
    refused = sign_in(anna).post("/account/picture", **picture_form(content, name, "image/png"))
    assert refused.status_code == 422
    assert told in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert session.get_one(Person, anna.id).picture is None
    assert files() == before


def test_no_file_is_told_too(app: Flask, sign_in: SignIn) -> None:
    for data in ({}, {"picture": "words"}, picture_field(b"", "")):
        refused = sign_in(make_reader("Anna", f"{id(data)}@example.org")).post("/account/picture", data=data)
        assert refused.status_code == 422
        assert "Choose a picture first." in refused.text


def test_far_too_much_is_refused_unread_and_elsewhere_the_limit_stays(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(make_reader())
    assert browser.post("/account/picture", **picture_form(b"\0" * 11_000_000)).status_code == 413
    assert browser.post("/account/profile", **picture_form(b"\0" * 3_000_000)).status_code == 413


def test_a_picture_larger_than_other_forms_comes_through_with_its_token(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token is in the form: it is looked for before the view, which is when a limit would strike."""
    anna = make_reader()
    browser = sign_in(anna)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    large = picture_form(jpeg() + b"\0" * 4_000_000)
    assert browser.post("/account/picture", **large).status_code == 403
    assert session.get_one(Person, anna.id).picture is None
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account/profile").text)
    assert token is not None
    sent = browser.post("/account/picture", **large, headers={"X-CSRFToken": token.group(1)})
    assert sent.status_code == 303
    field = f'--end-of-part\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token.group(1)}\r\n'
    large["data"] = field.encode() + large["data"]
    assert browser.post("/account/picture", **large).status_code == 303
    assert session.get_one(Person, anna.id).picture is not None


def test_twenty_pictures_a_day_are_read_for_one_person_whatever_becomes_of_them(
    app: Flask, sign_in: SignIn
) -> None:
    anna = make_reader()
    browser, other = sign_in(anna), sign_in(make_person())
    begun = clock.now()
    with time_machine.travel(begun, tick=False):
        files_sent = [b"no picture"] * 19 + [jpeg(), jpeg(colour="red"), b"no picture"]
        answers = [browser.post("/account/picture", **picture_form(sent)).status_code for sent in files_sent]
        assert answers == [422] * 19 + [303] + [429] * 2
        assert other.post("/account/picture", **picture_form(jpeg())).status_code == 303
    with time_machine.travel(begun + timedelta(days=1), tick=False):
        assert sign_in(anna).post("/account/picture", **picture_form(jpeg())).status_code == 303


def test_twenty_one_pictures_at_once_are_twenty(app: Flask) -> None:
    person_id = make_reader().id

    def send(_number: int) -> None:
        with unit_of_work():
            profile.count_picture(session.get_one(Person, person_id))

    assert [type(refusal) for refusal in at_once(app, 21, send)] == [TooMany]


def test_nobody_waits_for_the_database_while_a_picture_is_read(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[bool] = []

    def watched(content: bytes) -> SquarePicture:
        waits.append(session().in_transaction())
        return square_picture(content)

    monkeypatch.setattr(profile_views, "square_picture", watched)
    assert sign_in(make_reader()).post("/account/picture", **picture_form(jpeg())).status_code == 303
    assert waits == [False]


@pytest.mark.parametrize(
    "name", ["../../x.jpg", "..\\x.jpg", "C:\\x.jpg", "x\0.jpg", "x" * 255 + ".jpg", "gpj.exe"]
)
def test_the_name_of_a_file_says_nothing(app: Flask, sign_in: SignIn, name: str) -> None:
    anna = make_reader()
    sent = sign_in(anna).post("/account/picture", data=picture_field(long_gif(3), name, "text/html"))
    assert sent.status_code == 303
    digest = session.get_one(Person, anna.id).picture
    assert digest is not None
    assert {f"{digest}-{size}.webp" for size in SIZES} <= {path.name for path in files()}
    assert {path.suffix for path in files() if path.name.startswith(digest)} == {".webp"}


def test_a_picture_is_taken_away_again(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    anna = make_reader()
    browser = sign_in(anna)
    browser.post("/account/picture", data=picture_field(jpeg()))
    assert '<img class="avatar' in client.get("/people/anna-de-vries").text
    assert browser.post("/account/picture/remove").status_code == 303
    page = client.get("/people/anna-de-vries").text
    assert '<img class="avatar' not in page
    assert ">AV</span>" in page
    assert "picture/remove" not in browser.get("/account/profile").text


def test_what_was_typed_is_still_there_when_it_cannot_be_used(app: Flask, sign_in: SignIn) -> None:
    refused = sign_in(make_reader()).post(
        "/account/profile", data={"name": "Anna Bos", "handle": "admin", "bio": "Over *mij*."}
    )
    assert refused.status_code == 422
    assert "This address is kept for the site itself." in refused.text
    for words in ('value="Anna Bos"', 'value="admin"', "Over *mij*."):
        assert words in refused.text


def test_five_hundred_characters_fit_whatever_line_breaks_a_browser_sends(
    app: Flask, sign_in: SignIn
) -> None:
    anna = make_reader()
    bio = "a\r\n" * 249 + "bb"
    sent = sign_in(anna).post(
        "/account/profile", data={"name": "Anna", "handle": "anna-de-vries", "bio": bio}
    )
    assert sent.status_code == 303
    assert session.get_one(Person, anna.id).bio == "a\n" * 249 + "bb"


def test_who_asks_for_their_data_gets_their_page_too(app: Flask, sign_in: SignIn) -> None:
    anna = make_reader("Anna")
    browser = sign_in(anna)
    browser.post("/account/picture", data=picture_field(jpeg()))
    browser.post("/account/profile", data={"name": "Anna Bos", "handle": "annabos", "bio": "Over *mij*."})
    with browser.post("/account/data") as answer:
        files = zipfile.ZipFile(BytesIO(answer.data))
    tables = json.loads(files.read("personal-data.json"))["tables"]
    assert [row["name"] for row in tables["former_name"]["rows"]] == ["Anna"]
    assert [row["handle"] for row in tables["former_handle"]["rows"]] == ["anna"]
    (row,) = tables["person"]["rows"]
    assert (row["handle"], row["bio"]) == ("annabos", "Over *mij*.")
    name = picture_name(row["picture"], 384)
    assert files.read(f"files/{name}") == current_storage().get(name)


def kept(digest: str) -> list[bool]:
    return [current_storage().get(picture_name(digest, size)) is not None for size in SIZES]


def files() -> set[Path]:
    return {path for path in (current_settings().instance / "media").rglob("*") if path.is_file()}
