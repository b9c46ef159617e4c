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
        ("<p>\nHello {{ name }}</p>", (2, "'Hello' is not translated")),
        ("<img alt='A cat'>", (1, "alt='A cat' is not translated")),
        ("{{ button('Save changes') }}", (1, "'Save changes' is not translated")),
        ("<p style='color: red'></p>", (1, "a style inside the page: put it into a style sheet")),
        ("<style></style>", (1, "a style inside the page: put it into a style sheet")),
        ("<script></script>", (1, "a script inside the page: put it into a module")),
        ("<a onclick='go()'></a>", (1, "onclick: listen to the event in a module")),
        ("{{ html|safe }}", (1, "`|safe`: only sanitised HTML, and only in a template on the list")),
        ("{% autoescape false %}{{ x }}{% endautoescape %}", (1, "autoescape is switched")),
    ],
)
def test_a_fault_is_found(template: str, fault: tuple[int, str]) -> None:
    assert findings(template, "articles/some.html") == [fault]


@pytest.mark.parametrize(
    "template",
    [
        "<p>{{ _('Hello') }}</p>",
        "{% trans count=3 %}One{% pluralize %}{{ count }} things{% endtrans %}",
        "<p>{{ name }} · {{ date }}</p>",
        "<code>flask demo</code>",
        "<script type='module' src='{{ url }}'></script>",
        "{{ icon('arrow') }}<a href='{{ url_for('articles.article_detail', slug=slug) }}'>{{ title }}</a>",
        "{{ address|replace('@', '<wbr>@'|safe) }}",
    ],
)
def test_what_is_right_is_left_alone(template: str) -> None:
    assert findings(template, "articles/some.html") == []
