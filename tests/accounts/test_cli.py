"""`flask people …`."""

import json

from flask.testing import FlaskClient, FlaskCliRunner

from blog.accounts import passwords
from blog.accounts.queries import person_by_email
from tests.conftest import SignIn
from tests.factories.accounts import make_person

PASSWORD = "correct horse battery"


def test_create_reads_the_password_from_stdin_and_prints_none(runner: FlaskCliRunner) -> None:
    arguments = [
        "people",
        "create",
        "anna@example.org",
        "--name",
        "Anna",
        "--role",
        "editor",
        "--role",
        "author",
    ]
    result = runner.invoke(args=[*arguments, "--password-stdin"], input=f"{PASSWORD}\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Anna <anna@example.org> has an account: author, editor.\n"
    person = person_by_email("anna@example.org")
    assert person is not None
    assert passwords.matches(person.password_hash, PASSWORD)


def test_create_makes_a_password_and_prints_it_once(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["people", "create", "anna@example.org", "--name", "Anna", "--json"])
    printed = json.loads(result.stdout)
    person = person_by_email("anna@example.org")
    assert person is not None
    assert passwords.matches(person.password_hash, printed.pop("password"))
    assert printed == {
        "id": person.id,
        "email": "anna@example.org",
        "name": "Anna",
        "handle": "anna",
        "roles": ["reader"],
    }


def test_create_says_no_on_stderr(runner: FlaskCliRunner) -> None:
    make_person(email="anna@example.org")
    for arguments, told in (
        (["anna@example.org", "--name", "Anna"], "This address has an account already."),
        (["no address", "--name", "Anna"], "Give a mail address like name@example.org."),
        (["b@example.org", "--name", "\u202e"], "This name holds invisible characters."),
    ):
        result = runner.invoke(args=["people", "create", *arguments])
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("Error: ")
        assert told in result.stderr


def test_create_refuses_a_short_password_and_an_unknown_role(runner: FlaskCliRunner) -> None:
    arguments = ["people", "create", "anna@example.org", "--name", "Anna"]
    short = runner.invoke(args=[*arguments, "--password-stdin"], input="short\n")
    assert (short.exit_code, "10 to 200 characters" in short.stderr) == (1, True)
    assert runner.invoke(args=[*arguments, "--role", "emperor"]).exit_code == 1
    assert person_by_email("anna@example.org") is None


def test_list_shows_everybody_and_no_hashes(runner: FlaskCliRunner) -> None:
    make_person(name="Anna", role="editor", email="anna@example.org", password_hash="a hash")
    make_person(name="Bert", email="bert@example.org")
    plain = runner.invoke(args=["people", "list"])
    assert plain.stdout == "anna@example.org\tAnna\teditor\nbert@example.org\tBert\treader\n"
    listed = json.loads(runner.invoke(args=["people", "list", "--json"]).stdout)
    assert [sorted(person) for person in listed] == [["email", "handle", "id", "name", "roles"]] * 2


def test_grant_and_revoke_change_the_roles(runner: FlaskCliRunner) -> None:
    make_person(name="Anna", email="anna@example.org", password_hash="a hash")
    granted = runner.invoke(args=["people", "grant", "ANNA@example.org", "moderator"])
    assert granted.stdout == "Anna <anna@example.org>: moderator\n"
    revoked = runner.invoke(args=["people", "revoke", "anna@example.org", "moderator"])
    assert revoked.stdout == "Anna <anna@example.org>: reader\n"


def test_grant_refuses_whom_it_would_lock_out(runner: FlaskCliRunner) -> None:
    person = make_person(email="anna@example.org")
    refused = runner.invoke(args=["people", "grant", "anna@example.org", "author"])
    assert refused.exit_code == 1
    assert "Send them an invitation instead." in refused.stderr
    assert person.actor.roles == frozenset()


def test_revoke_refuses_the_last_admin_and_a_stranger(runner: FlaskCliRunner) -> None:
    make_person(role="admin", email="anna@example.org", password_hash="a hash")
    last = runner.invoke(args=["people", "revoke", "anna@example.org", "admin"])
    assert (last.exit_code, last.stderr[:29]) == (1, "Error: This is the last admin")
    stranger = runner.invoke(args=["people", "grant", "nobody@example.org", "admin"])
    assert (stranger.exit_code, stranger.stderr) == (1, "Error: Nobody has the address nobody@example.org.\n")


def test_setup_link_prints_a_link_that_works(runner: FlaskCliRunner, client: FlaskClient) -> None:
    result = runner.invoke(args=["people", "setup-link"])
    address = result.stdout.strip()
    assert address.startswith("http://localhost/account/set-up/")
    assert client.get(address).status_code == 200


def test_setup_link_is_refused_when_there_is_an_admin(runner: FlaskCliRunner) -> None:
    make_person(role="admin")
    result = runner.invoke(args=["people", "setup-link"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: There is an admin already, so nobody needs a set-up link.\n"


def test_password_sets_one_that_was_typed_and_prints_none(runner: FlaskCliRunner) -> None:
    person = make_person(name="Anna", email="anna@example.org")
    arguments = ["people", "password", "ANNA@example.org", "--password-stdin"]
    common = runner.invoke(args=arguments, input="Welkom2026!\n")
    assert (common.exit_code, "tried first" in common.stderr) == (1, True)
    result = runner.invoke(args=arguments, input=f"{PASSWORD}\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Anna <anna@example.org> has another password, and is signed out everywhere.\n"
    assert passwords.matches(person.password_hash, PASSWORD)


def test_password_makes_one_and_signs_out_everywhere(runner: FlaskCliRunner, sign_in: SignIn) -> None:
    person = make_person(name="Anna", email="anna@example.org")
    browser = sign_in(person)
    result = runner.invoke(args=["people", "password", "anna@example.org"])
    made = result.stdout.splitlines()[1].removeprefix("Password, shown this once: ")
    assert passwords.matches(person.password_hash, made)
    assert browser.get("/account/").status_code == 302


def test_recover_and_password_say_no_about_a_stranger(runner: FlaskCliRunner) -> None:
    for command in ("recover", "password"):
        result = runner.invoke(args=["people", command, "nobody@example.org"])
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "Error: Nobody has the address nobody@example.org.\n"
