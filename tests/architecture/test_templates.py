"""The template lint finds what it is for, and nothing in our templates."""

import pytest

from dev.check_templates import findings
from tests.architecture.sources import repository_files, text_of

TEMPLATES = [name for name in repository_files() if name.startswith("templates/")]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_of_ours_has_no_fault(name: str) -> None:
    assert findings(text_of(name), name.removeprefix("templates/")) == []


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("<p style='color: red'></p>", (1, "a style inside the page: put it into a style sheet")),
        ("<style></style>", (1, "a style inside the page: put it into a style sheet")),
        ("<script></script>", (1, "a script inside the page: put it into a module")),
        ("<a onclick='go()'></a>", (1, "onclick: listen to the event in a module")),
        ("{{ html|safe }}", (1, "`|safe`: only sanitised HTML, and only in a template on the list")),
        ("{% autoescape false %}{{ x }}{% endautoescape %}", (1, "autoescape is switched")),
        ("{{ _(name) }}", (1, "_(…) takes a literal: no catalogue can know what is put together")),
        (
            "{{ _('Sent by ' ~ name) }}",
            (1, "_(…) takes a literal: no catalogue can know what is put together"),
        ),
        ("{% if %}", (1, "this is no Jinja: Expected an expression, got 'end of statement block'")),
        ("{{ _('%(count)s left') }}", (1, "%(count)s has no value")),
    ],
)
def test_a_fault_is_found(template: str, fault: tuple[int, str]) -> None:
    assert fault in findings(template, "articles/some.html")


# Each says “closed” to somebody.
@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("<p>\nclosed {{ name }}</p>", 2),
        ("<p>{% if open %}{{ _('open') }}{% else %}closed{% endif %}</p>", 1),
        ("<p>\n  {{- 'closed' }}</p>", 2),
        ("<p>{{ _('open') if open else 'closed' }}</p>", 1),
        ("<p>{{ state or 'closed' }}</p>", 1),
        ("<p>{{ state|default('closed') }}</p>", 1),
        ("<p>{{ 'closed'|upper }}</p>", 1),
        ("<p>{{ 'closed by %s'|format(name) }}</p>", 1),
        ("<p>{{ 'closed by ' ~ name }}</p>", 1),
        ("<p>{{ [_('open'), 'closed']|join(', ') }}</p>", 1),
        ("<p>{{ {'open': _('open'), 'shut': 'closed'}[state] }}</p>", 1),
        ("<p>{{ {'open': _('open')}.get(state, 'closed') }}</p>", 1),
        ("<p>{{ _('It is %(state)s.', state='closed') }}</p>", 1),
        # Through a name.
        ("{% set state = 'closed' %}<p>{{ state }}</p>", 1),
        ("{% set state %}closed{% endset %}<p>{{ state }}</p>", 1),
        ("{% with state = 'closed' %}{{ state }}{% endwith %}", 1),
        ("{% set states = {'shut': 'closed'} %}\n<p>{{ states[state] }}</p>", 1),
        (
            "{% for url, label in (('/a', _('open')), ('/b', 'closed')) %}<a href='{{ url }}'>{{ label }}</a>"
            "{% endfor %}",
            1,
        ),
        ("{% for item in [{'label': 'closed'}] %}<p>{{ item.label }}</p>{% endfor %}", 1),
        (
            "{% for name, label in {'a': 'closed'}.items() %}<p class='{{ name }}'>{{ label }}</p>{% endfor %}",
            1,
        ),
        (
            "{% set ways = [] %}{% set _ = ways.append(('closed', '/')) %}{% for a, b in ways %}{{ a }}{% endfor %}",
            1,
        ),
        # In attributes and elements that are read out or shown.
        ("<img alt='closed'>", 1),
        ("<a aria-label=\"{{ _('open') if open else 'closed' }}\"></a>", 1),
        ("<a title='{{ name }}: closed'></a>", 1),
        ("<optgroup label='closed'></optgroup>", 1),
        ("<option value='shut'>closed</option>", 1),
        ("<input type='submit' value='closed'>", 1),
        ("<meta name='description' content='closed'>", 1),
        ("<svg><title>closed</title><path d='M0 0'/></svg>", 1),
        ("<button data-copied='It is closed'></button>", 1),
        ("{{ form.name(placeholder='closed') }}", 1),
        ("{{ form.name(**{'aria-label': 'closed'}) }}", 1),
        # Through macros: of this template, of others, by place and by name, and from one to the next.
        ("{% macro it(text) %}<b>{{ text }}</b>{% endmacro %}{{ it('closed') }}", 1),
        ("{% macro it(text='closed') %}<b>{{ text }}</b>{% endmacro %}{{ it() }}", 1),
        (
            "{% macro inner(text) %}<b title='{{ text }}'></b>{% endmacro %}"
            "{% macro outer(text) %}{{ inner(text) }}{% endmacro %}\n{{ outer('closed') }}",
            2,
        ),
        ("{% from 'components/badge.html' import badge %}{{ badge('closed', kind='error') }}", 1),
        ("{% from 'components/badge.html' import badge as state %}{{ state(text='closed') }}", 1),
        ("{% import 'components/badge.html' as badges %}{{ badges.badge('closed') }}", 1),
        ("{% from 'components/icon.html' import icon %}<p>{{ icon('lock', label='closed') }}</p>", 1),
        (
            "{% from 'components/breadcrumbs.html' import breadcrumbs %}{{ breadcrumbs([('closed', '/')]) }}",
            1,
        ),
        (
            "{% from 'components/notice.html' import notice %}{% call notice('info', 'closed') %}{% endcall %}",
            1,
        ),
    ],
)
def test_a_word_that_nobody_translates_is_found(template: str, line: int) -> None:
    [(found, fault)] = findings(template, "articles/some.html")
    assert found == line
    assert "closed" in fault
    assert fault.endswith("is not translated")


@pytest.mark.parametrize(
    "template",
    [
        "<p>{{ _('Hello') }}</p>",
        "{% trans count=3 %}One{% pluralize %}{{ count }} things{% endtrans %}",
        "<p>{{ name }} · {{ date }}&nbsp;…</p>",
        "<code>flask demo</code> <kbd>Ctrl</kbd>",
        "<script type='module' src='{{ url }}'></script>",
        "{{ icon('arrow') }}<a href='{{ url_for('articles.article_detail', slug=slug) }}'>{{ title }}</a>",
        "{{ address|replace('@', '<wbr>@'|safe) }}",
        # Names for machines: classes, states, kinds, keys, ids.
        "<p class='{{ 'note' if small else 'callout' }}' data-key='j'></p>",
        "<p>{{ _('open') if state in ('open', 'draft') else '' }}</p>",
        "{% set kinds = {'open': 'good'} %}<p class='badge--{{ kinds[state] }}'></p>",
        "{% from 'components/badge.html' import badge %}{{ badge(_('closed'), kind='error', icon_name='lock') }}",
        "{% from 'components/date.html' import date %}{{ date(at, 'ago', now) }}",
        "{% for url, label in (('home', _('Home')),) %}<a href='/{{ url }}'>{{ label }}</a>{% endfor %}",
        "<input type='hidden' name='state' value='closed'><meta name='viewport' content='width=device-width'>",
        "<svg viewBox='0 0 8 8'><path d='Mab'/></svg>",
        # A macro that puts an attribute together says nothing.
        "{% macro ids(id) %}{{ id ~ '-hint' }} {{ id }}-error{% endmacro %}<p aria-describedby='{{ ids('a') }}'></p>",
        "{% block main_class %}main--form{% endblock %}",
    ],
)
def test_what_is_right_is_left_alone(template: str) -> None:
    assert findings(template, "articles/some.html") == []
