"""What people read is known to a catalogue, wherever it comes from, and says things as docs/voice.md does."""

import io

import pytest
from babel.messages.pofile import read_po

from dev.check_scripts import findings as script_findings
from dev.check_words import findings
from dev.voice import faults_of_text, faults_of_translation
from tests.architecture.sources import ROOT, modules, repository_files, text_of

SCRIPTS = [name for name in repository_files() if name.startswith("blog/static/js/")]
IMPORTS = """\
import click
from flask import abort, flash, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from markupsafe import Markup
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError
from blog.core.errors import Conflict, InvalidInput, Message, NotFound
from blog.transfer.values import Fault
"""


@pytest.mark.parametrize("name", modules("blog"))
def test_a_module_of_ours_says_nothing_that_is_not_translated(name: str) -> None:
    assert findings(text_of(name)) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_of_ours_says_nothing_of_its_own(name: str) -> None:
    assert script_findings(text_of(name)) == []


# Each says “closed” to somebody.
@pytest.mark.parametrize(
    "statements",
    [
        "def f(): flash('closed')",
        "def f(): flash(f'closed by {name}')",
        "def f(): flash('closed by ' + name)",
        "def f(): flash('closed by {}'.format(name))",
        "def f(): flash('closed by %s' % name)",
        "def f(): flash(_('open') if is_open else 'closed')",
        "def f(): flash(reason or 'closed')",
        "def f(): flash({'open': _('open'), 'shut': 'closed'}[state])",
        "def f(): flash({'open': _('open')}.get(state, 'closed'))",
        "def f():\n    text = 'closed'\n    flash(text)",
        "TEXT = 'closed'\ndef f(): flash(TEXT)",
        "def text(): return 'closed'\ndef f(): flash(text())",
        "def f():\n    text, kind = ('closed', 'good')\n    flash(text, kind)",
        "import flask\ndef f(): flask.flash('closed')",
        "from flask import flash as tell\ndef f(): tell('closed')",
        "def f(): abort(410, 'closed')",
        "def f(): abort(410, description='closed')",
        # Refusals, also those of this module, and whatever is annotated as told to people.
        "def f(): raise NotFound('closed')",
        "def f(): raise Conflict(message='closed', field='prize')",
        "def f(): raise InvalidInput(_('No.'), {'prize': 'closed'})",
        "def f():\n    faults: dict[str, Message] = {}\n    faults['prize'] = 'closed'",
        "class Late(Conflict):\n    pass\ndef f(): raise Late('closed')",
        "class Late(Conflict):\n    def __init__(self): super().__init__('closed')",
        "def f(): return Fault('file.md', 1, 'closed')",
        "def f() -> Message | None: return 'closed'",
        "def tell(line: int, message: Message): ...\ndef f(): tell(1, 'closed')",
        "def f(): tell(1, message='closed')\ndef tell(line: int, *, message: Message): ...",
        "def state_words(state): return {'shut': 'closed'}[state]",
        # Forms.
        "class F:\n    name = StringField('closed')",
        "class F:\n    name = StringField(label='closed')",
        "class F:\n    name = StringField(lazy_gettext('Name'), [InputRequired('closed')])",
        "class F:\n    name = StringField(lazy_gettext('Name'), [Length(max=3, message='closed')])",
        "class F:\n    name = StringField(lazy_gettext('Name'), render_kw={'placeholder': 'closed'})",
        "class F:\n    state = SelectField(lazy_gettext('State'), choices=[('a', lazy_gettext('A')), ('b', 'closed')])",
        "CHOICES = [('b', 'closed')]\nclass F:\n    state = SelectField(lazy_gettext('State'), choices=CHOICES)",
        "def choices(): return {'b': 'closed'}\nclass F:\n    s = SelectField(lazy_gettext('S'), choices=choices)",
        "def f(): raise ValidationError('closed')",
        "def f(form): form.code.errors = [*form.code.errors, 'closed']",
        "def f(form): form.code.errors.append('closed')",
        # Pages and pieces of pages.
        "def f(): return render_template('errors/error.html', title='closed')",
        "def f(): return render_template('some.html', anything='It is closed')",
        "LINK = Markup('<a href=\"/\">closed</a>')",
        'LINK = \'<a class="way" title="closed">\'',
    ],
)
def test_a_word_that_nobody_translates_is_found(statements: str) -> None:
    [(_line, fault)] = findings(IMPORTS + statements)
    assert "closed" in fault
    assert fault.endswith("is not translated")


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        ("def f(): return _(text)", "gettext(…) takes literals: no catalogue can know what is put together"),
        (
            "def f(): return _(f'{name} is gone')",
            "gettext(…) takes literals: no catalogue can know what is put together",
        ),
        ("def f(): return _('%(count)s left')", "%(count)s has no value"),
        (
            "from flask_babel import lazy_ngettext as _n",
            "lazy_ngettext as _n: `make messages` does not look for that name",
        ),
        ("TEXT = _('Too early')", "this is translated when the module is loaded: use lazy_gettext"),
        (
            "class F:\n    text = _('Too early')",
            "this is translated when the module is loaded: use lazy_gettext",
        ),
        ("def f(text=_('Too early')): ...", "this is translated when the module is loaded: use lazy_gettext"),
        (
            "def f(): return _('By') + ' ' + _('nobody')",
            "a sentence is not put together from parts: each language has its own order",
        ),
        (
            "def f(): return f'{_(\"Closed\")} by somebody'",
            "a sentence is not put together from parts: each language has its own order",
        ),
    ],
)
def test_a_message_that_cannot_be_translated_is_found(statements: str, fault: str) -> None:
    assert fault in {found for _line, found in findings(IMPORTS + statements)}


@pytest.mark.parametrize(
    "statements",
    [
        "def f(): flash(_('Saved.'), 'good')",
        "def f(): flash(ngettext('%(num)s entry', '%(num)s entries', count))",
        "def f(): abort(404)",
        "def f(): raise Conflict(_('Somebody was first.'), field='prize')",
        "def f(): raise InvalidInput(_('No.'), {'prize': _('Say what the prize is.')})",
        "def f(): return Fault('file.md', 1, _('This is no time.'))",
        "class F:\n    name = StringField(lazy_gettext('Name'), [Length(max=3)], render_kw={'class': 'big'})",
        "class F:\n    to = SelectField(lazy_gettext('To'), choices=[('nl', 'Nederlands'), ('en', 'English')])",
        "def f(): return render_template('some.html', state='judging', kind='good')",
        'LINK = Markup(\'<a class="comment action" href="{}">{}</a>\')',
        "LAZY = lazy_gettext('Later')\ndef f(): return f'{_(\"Site\")}: {address}'",
        # For operators and for the log.
        "@click.option('--name', help='The name')\ndef f(): click.echo('Done now.')",
        "def f(log): log.error('a request failed', path='/')",
        "def f(): raise ValueError('a name is needed')",
    ],
)
def test_python_that_is_right_is_left_alone(statements: str) -> None:
    assert findings(IMPORTS + statements) == []


@pytest.mark.parametrize(
    "script",
    [
        'words.textContent = "closed";',
        "words.textContent = `closed ${count}`;",
        'words.textContent = button.dataset.copied ?? "closed";',
        'words.textContent =\n  open\n    ? button.dataset.open\n    : "closed";',
        'words.textContent = (shut && "closed") || button.dataset.open;',
        'const text = "closed";\nwords.textContent = text;',
        'const say = (text) => {\n  words.textContent = text;\n};\nsay("closed");',
        'button.title = "closed";',
        'button.ariaLabel = "closed";',
        'button.setAttribute("aria-label", "closed");',
        'if (confirm("closed?")) go();',
        'alert("closed");',
        'list.append("closed ", name);',
        'field.setCustomValidity("closed");',
        'menu.add(new Option("closed"));',
        'document.title = "closed: " + document.title;',
        'const texts = { shut: "It is closed now" };',
    ],
)
def test_a_word_in_a_script_is_found(script: str) -> None:
    [(_line, fault)] = script_findings(script)
    assert "closed" in fault
    assert fault.endswith("is shown and not translated: take it from a data attribute")


@pytest.mark.parametrize(
    "script",
    [
        'words.textContent = button.dataset.copied ?? "";',
        'words.textContent = state === "closed" ? button.dataset.closed : button.dataset.open;',
        'words.textContent = text.replace("{count}", left.toLocaleString("nl"));',
        'words.textContent = form.querySelector("span").textContent;',
        'button.setAttribute("aria-expanded", "false");',
        'button.className = "button button--quiet";',
        'list.append(item, " · ");',
        "if (!confirm(button.dataset.sure)) go();",
        '// words.textContent = "closed";\n/* alert("It is closed now") */',
        'throw new Error("It is closed now");',
        'if (document.title === "closed") go();',
        "const quotes = /[\"']/;\nbutton.className = 'a b';",
    ],
)
def test_a_script_that_is_right_is_left_alone(script: str) -> None:
    assert script_findings(script) == []


@pytest.mark.parametrize(
    ("english", "dutch", "fault"),
    [
        ("Mail address", "E-mailadres", "“E-mailadres” is not how we say it; rather: mail, mailadres"),
        (
            "Saved.",
            "Succesvol opgeslagen.",
            "“Succesvol” is not how we say it; rather: zeg wat er is gebeurd",
        ),
        (
            "This is no time.",
            "Dit is een ongeldige tijd.",
            "“ongeldige” is not how we say it; rather: zeg wat er goed zou zijn",
        ),
        ("Go in first.", "Gelieve eerst in te gaan.", "“Gelieve” is not how we say it; rather: laat het weg"),
        ("You may not do this.", "U mag dit niet doen.", "“U” is not how we say it; rather: je, jouw"),
        (
            "Nobody yet",
            "Nog niemand reageert",
            "“reageert” is not how we say it; rather: reactie; antwoorden",
        ),
        (
            "This entry waits.",
            "Deze bijdrage wacht.",
            "the English says “entry”, and nothing here says “inzending…”",
        ),
        ("Saved.", "Opgeslagen", "ends with no mark, the English with ."),
        ("Saved", "Opgeslagen.", "ends with ., the English with no mark"),
        ("Which one?", "Welke:", "ends with :, the English with ?"),
        ("Saved!", "Opgeslagen!", "an exclamation mark: only winners are congratulated"),
        ("Wait...", "Wacht...", "three dots: write …"),
        ("It is “%(title)s”", 'Het is "%(title)s"', "straight quotation marks: write “…” and ’"),
        ("Why is it?", "Waarom is het ?", "a space too many"),
        ("One, two.", "Eén,  twee.", "a space too many"),
        ("this one", "Deze", "begins with another kind of letter than the English"),
        ("Your name", "Jouw Naam", "a capital for every word: write it as a sentence"),
        ("%(name)s wrote this.", "Dit is geschreven.", "does not take the same values as the English"),
        (" and more", "en meer", "has other spaces around it than the English"),
    ],
)
def test_a_translation_that_is_not_how_we_speak_is_found(english: str, dutch: str, fault: str) -> None:
    assert [*faults_of_translation(english, dutch, "nl")] == [fault]


@pytest.mark.parametrize(
    ("english", "fault"),
    [
        ("Your e-mail", "“e-mail” is not how we say it; rather: mail"),
        ("Delete this", "“Delete” is not how we say it; rather: remove, take back, erase: say who does it"),
        ("Save Changes", "a capital for every word: write it as a sentence"),
        ("Don't", "straight quotation marks: write “…” and ’"),
    ],
)
def test_english_that_is_not_how_we_speak_is_found(english: str, fault: str) -> None:
    assert [*faults_of_text(english, "en")] == [fault]


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        ("Congratulations! You have won.", "Gefeliciteerd! Je hebt gewonnen."),
        ("%(name)s closed this debate: %(reason)s", "%(name)s heeft dit debat gesloten: %(reason)s"),
        ("Entry %(number)s waits for a verdict.", "Inzending %(number)s wacht op een oordeel."),
        (
            "There is no debate %(id)s. See: flask threads list",
            "Er is geen debat %(id)s. Kijk met: flask threads list",
        ),
        ("“comments” is missing.", "“comments” ontbreekt."),
        ('Give a list, such as ["one", "two"].', 'Geef een lijst, zoals ["een", "twee"].'),
        ("Write ::: challenge my-name.", "Schrijf ::: challenge mijn-naam."),
        ("d MMMM y 'at' HH:mm", "d MMMM y 'om' HH:mm"),
        ("Outbox", "Uitgaande post"),
        ("It is the editor’s.", "Het is van de redacteur; ’s avonds ook."),
    ],
)
def test_a_translation_that_is_how_we_speak_is_left_alone(english: str, dutch: str) -> None:
    assert [*faults_of_text(english, "en")] == []
    assert [*faults_of_translation(english, dutch, "nl")] == []


def test_every_word_that_voice_md_says_we_do_not_use_is_refused() -> None:
    for column, language in (("not in English", "en"), ("not in Dutch", "nl")):
        words = [word for cell in _column(column) for word in cell.split(", ") if word]
        assert len(words) > 10
        assert [word for word in words if not [*faults_of_text(word, language)]] == []


def test_what_voice_md_says_that_we_say_is_what_the_product_says() -> None:
    catalogue = read_po(io.BytesIO((ROOT / "blog/translations/nl/LC_MESSAGES/messages.po").read_bytes()))
    said = [*zip(_column("we say"), _column("we zeggen"), strict=True)]
    assert len(said) > 10
    translations = {english: getattr(catalogue.get(english), "string", None) for english, _dutch in said}
    assert translations == dict(said)


def _column(name: str) -> list[str]:
    """The cells below the head `name` in the tables of docs/voice.md."""
    cells: list[str] = []
    place: int | None = None
    for line in text_of("docs/voice.md").splitlines():
        row = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if name in row:
            place = row.index(name)
        elif not row:
            place = None
        elif place is not None and not row[place].startswith("---"):
            cells.append(row[place])
    return cells
