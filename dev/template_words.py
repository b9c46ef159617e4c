"""The words in what a template prints, wherever they come from.

An expression is spoken when it stands in text or in an attribute that is shown or read aloud. From there its words are
followed back: through conditions, defaults, filters, `{% set %}`, `{% for %}`, lists and dicts to the literals, and
through the parameters of macros to whoever calls them, in whatever template. So `badge('closed')` is found, and
`badge(text, kind='error')` is left alone.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import nodes

from dev.spoken import SPOKEN_ATTRIBUTES, has_words
from dev.template_html import ENVIRONMENT, Page, html_of

GETTEXT = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
_TRANSLATED = re.compile(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", re.DOTALL)
_CLASSES = re.compile(r"{%-?\s*block \w*_class\b.*?{%-?\s*endblock\b.*?%}", re.DOTALL)
# A step from a value into it: a key, an index, each of its items (of a dict: its keys), or any of its values.
Step = str | int
Path = tuple[Step, ...]
_EACH, _ANY = "each item", "any value"
_LONGEST_PATH = 5
# A macro, by the template that has it and its name; with no name, the template itself, whose parameters are all names
# that it is given.
MacroKey = tuple[str, str]
Parameter = tuple[MacroKey, str]


@dataclass(slots=True)
class Frame:
    """What names stand for in a macro, or outside of all macros."""

    macro: MacroKey | None = None
    outer: "Frame | None" = None
    parameters: frozenset[str] = frozenset()
    bound: dict[str, list[tuple[nodes.Node, Path]]] = field(default_factory=dict)

    def bind(self, target: nodes.Node, value: nodes.Node, path: Path = ()) -> None:
        """Note that `target` may be what `path` leads to in `value`."""
        if isinstance(target, nodes.Name):
            self.bound.setdefault(target.name, []).append((value, path))
        elif isinstance(target, nodes.Tuple):
            for index, item in enumerate(target.items):
                self.bind(item, value, (*path, index))


@dataclass(slots=True)
class Template:
    """One template, taken apart."""

    name: str
    # Literal words: line, text and the macro that prints them.
    literals: list[tuple[int, str, str]] = field(default_factory=list)
    # Expressions in the place of words, and every call, with what names stand for there.
    spoken: list[tuple[nodes.Node, Frame]] = field(default_factory=list)
    calls: list[tuple[nodes.Call, Frame]] = field(default_factory=list)
    macros: dict[str, nodes.Macro] = field(default_factory=dict)
    # What macros of other templates are called here, and the names under which whole templates are imported.
    imported: dict[str, MacroKey] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    # The templates that it includes or extends; they see the names that are set here.
    parts: list[str] = field(default_factory=list)
    top: Frame = field(default_factory=Frame)

    def macro_called(self, call: nodes.Call) -> MacroKey | None:
        """Which macro a call calls, if it is one."""
        match call.node:
            case nodes.Name(name=name):
                return (self.name, name) if name in self.macros else self.imported.get(name)
            case nodes.Getattr(node=nodes.Name(name=module), attr=attribute) if module in self.modules:
                return (self.modules[module], attribute)
            case _:
                return None


def read_template(text: str, name: str) -> Template:
    """Take a template apart."""
    for pattern in (_TRANSLATED, _CLASSES):
        text = pattern.sub(lambda match: "\n" * match.group().count("\n"), text)
    template = Template(name)
    page = Page()
    page.feed(html_of(text))
    page.close()
    walk = _Walk(template, page.spoken_marks)
    walk.visit(ENVIRONMENT.parse(text), template.top)
    template.literals = [(line, shown, walk.macros[macro]) for line, shown, macro in page.literals]
    return template


@dataclass(frozen=True, slots=True)
class Library:
    """The macros of all templates; which of them, and which of their parameters, people read.

    A macro that is called in attributes only, to put class names or ids together, is not among them.
    """

    macros: Mapping[MacroKey, nodes.Macro]
    called: frozenset[MacroKey]
    said: frozenset[MacroKey]
    spoken: Mapping[Parameter, frozenset[Path]]

    def with_templates(self, *templates: Template) -> "Library":
        """The macros of `templates` too. Those that call each other settle after a few rounds."""
        own = {(each.name, name): macro for each in templates for name, macro in each.macros.items()}
        calls = {each.macro_called(call) for each in templates for call, _frame in each.calls}
        called = self.called | {key for key in calls if key}
        library = Library({**self.macros, **own}, called, self.said | (own.keys() - called), self.spoken)
        while True:
            said, spoken = library.said, dict(library.spoken)
            for template in templates:
                reader = _Reader(template, library)
                deque(reader.words(), maxlen=0)
                said |= reader.said
                for parameter, paths in reader.reached.items():
                    spoken[parameter] = spoken.get(parameter, frozenset()) | paths
            if (said, spoken) == (library.said, library.spoken):
                return library
            library = Library(library.macros, called, said, spoken)


NO_LIBRARY = Library({}, frozenset(), frozenset(), {})


def spoken_names(library: Library, template: str) -> frozenset[str]:
    """The names that a template is given and prints as they are."""
    return frozenset(
        name for (key, name), paths in library.spoken.items() if key == (template, "") and () in paths
    )


def literal_words(template: Template, library: Library) -> Iterator[tuple[int, str]]:
    """The words that stand in a template as they are, by line, which no catalogue knows."""
    said = {"", *(name for file, name in library.with_templates(template).said if file == template.name)}
    yield from ((line, shown) for line, shown, macro in template.literals if macro in said)


def words_in_expressions(template: Template, library: Library) -> Iterator[nodes.Const]:
    """The literals in what a template prints, or gives to macros that print it, which no catalogue knows."""
    yield from _Reader(template, library.with_templates(template)).words()


class _Walk:
    """Goes through a syntax tree in the order of the text, and notes what is printed, called and bound where."""

    def __init__(self, template: Template, spoken_marks: set[int]) -> None:
        self._template = template
        self._spoken_marks = spoken_marks
        self._printed = 0
        # The names of the macros in the order of the text; first what stands outside of all.
        self.macros = [""]

    def visit(self, node: nodes.Node, frame: Frame) -> None:
        match node:
            case nodes.Macro():
                self._open_macro(node, frame)
                return
            case nodes.Output():
                self._print(node, frame)
            case nodes.CallBlock():
                self._template.spoken.append((node.call, frame))
            case nodes.Pair(key=nodes.Const(value=str() as key)) if "-" in key and key in SPOKEN_ATTRIBUTES:
                self._template.spoken.append((node.value, frame))
            case nodes.Call():
                self._template.calls.append((node, frame))
            case nodes.FromImport() | nodes.Import() | nodes.Include() | nodes.Extends():
                self._join(node)
            case _:
                pass
        _bind(node, frame)
        for child in node.iter_child_nodes():
            self.visit(child, frame)

    def _print(self, node: nodes.Output, frame: Frame) -> None:
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                continue
            if self._printed in self._spoken_marks:
                self._template.spoken.append((child, frame))
            self._printed += 1

    def _open_macro(self, node: nodes.Macro, outer: Frame) -> None:
        names = [argument.name for argument in node.args]
        frame = Frame((self._template.name, node.name), outer, frozenset(names))
        for name, default in zip(reversed(names), reversed(node.defaults), strict=False):
            frame.bound[name] = [(default, ())]
            self.visit(default, frame)
        self._template.macros[node.name] = node
        self.macros.append(node.name)
        for child in node.body:
            self.visit(child, frame)

    def _join(self, node: nodes.FromImport | nodes.Import | nodes.Include | nodes.Extends) -> None:
        if not isinstance(node.template, nodes.Const):
            return
        source = str(node.template.value)
        if isinstance(node, nodes.Import):
            self._template.modules[node.target] = source
        elif isinstance(node, nodes.FromImport):
            pairs = [name if isinstance(name, tuple) else (name, name) for name in node.names]
            self._template.imported |= {local: (source, original) for original, local in pairs}
        else:
            self._template.parts.append(source)


def _bind(node: nodes.Node, frame: Frame) -> None:
    """Note what a statement makes names stand for."""
    match node:
        case nodes.Assign(target=target, node=value):
            frame.bind(target, value)
        case nodes.For(target=target, iter=value):
            frame.bind(target, value, (_EACH,))
        case nodes.With(targets=targets, values=values):
            for target, value in zip(targets, values, strict=True):
                frame.bind(target, value)
        case nodes.Call(node=nodes.Getattr(node=nodes.Name() as target, attr="append"), args=[value]):
            frame.bind(target, nodes.List([value]))
        case _:
            pass


class _Reader:
    """Follows what is printed back to its literals. `reached` are the parameters of macros that it came past."""

    def __init__(self, template: Template, library: Library) -> None:
        self.reached: dict[Parameter, frozenset[Path]] = {}
        self.said: frozenset[MacroKey] = frozenset()
        self._template = template
        self._library = library
        self._seen: set[tuple[int, Path]] = set()

    def words(self) -> Iterator[nodes.Const]:
        """The literals that are spoken and not translated."""
        for node, frame in self._template.spoken:
            if frame.macro is None or frame.macro in self._library.said:
                yield from self._say(node, (), frame)
        for call, frame in self._template.calls:
            yield from self._arguments(call, frame)
        for (key, name), paths in self._library.spoken.items():
            if key[1] == "" and key[0] in self._template.parts:
                for path in paths:
                    yield from self._name(name, path, self._template.top)

    def _arguments(self, call: nodes.Call, frame: Frame) -> Iterator[nodes.Const]:
        key = self._template.macro_called(call)
        macro = self._library.macros.get(key) if key else None
        given = [(keyword.key, keyword.value) for keyword in call.kwargs]
        if key is not None and macro is not None:
            given += zip([argument.name for argument in macro.args], call.args, strict=False)
            for name, value in given:
                for path in self._library.spoken.get((key, name), ()):
                    yield from self._say(value, path, frame)
            return
        for name, value in given:
            if _is_said(call.node, name):
                yield from self._say(value, (), frame)

    def _say(self, node: nodes.Node, path: Path, frame: Frame) -> Iterator[nodes.Const]:
        if len(path) > _LONGEST_PATH or (id(node), path) in self._seen:
            return
        self._seen.add((id(node), path))
        if isinstance(node, nodes.Const):
            if not path and has_words(node.value):
                yield node
        elif isinstance(node, nodes.Name):
            yield from self._name(node.name, path, frame)
        elif isinstance(node, nodes.Call) and (key := self._template.macro_called(node)):
            self.said |= {key}
        else:
            for part, rest in _parts(node, path):
                yield from self._say(part, rest, frame)

    def _name(self, name: str, path: Path, frame: Frame) -> Iterator[nodes.Const]:
        while frame.outer and name not in frame.parameters and name not in frame.bound:
            frame = frame.outer
        if name in frame.parameters or frame.outer is None:
            parameter = (frame.macro or (self._template.name, ""), name)
            self.reached[parameter] = self.reached.get(parameter, frozenset()) | {path}
        for value, inner in frame.bound.get(name, ()):
            yield from self._say(value, (*inner, *path), frame)


def _is_said(called: nodes.Node, keyword: str) -> bool:
    """Whether what is called, which is no macro, says what it is given as `keyword`."""
    name = called.name if isinstance(called, nodes.Name) else ""
    if name in GETTEXT:
        return True
    # Fields and dicts of attributes: field(placeholder=…), attributes.update(aria_label=…).
    return name not in {"url_for", "slot"} and keyword.replace("_", "-") in SPOKEN_ATTRIBUTES


# Which arguments of a filter or method are printed beside what it is applied to.
_ARGUMENTS_SAID = {
    "d": slice(1),
    "default": slice(1),
    "get": slice(1, 2),
    "join": slice(1),
    "replace": slice(1, 2),
}
_SAYS_NOTHING = frozenset(
    {"length", "count", "filesizeformat", "tojson", "urlencode", "map", "attr", "groupby"}
)


def _parts(node: nodes.Node, path: Path) -> Iterator[tuple[nodes.Node, Path]]:
    """What an expression prints, part by part, and the way into each."""
    match node:
        case nodes.List(items=items) | nodes.Tuple(items=items):
            yield from _items(items, path)
        case nodes.Dict(items=items):
            yield from _pairs(items, path)
        case nodes.Getattr(node=inner, attr=attribute):
            yield inner, (attribute, *path)
        case nodes.Getitem(node=inner, arg=nodes.Slice()):
            yield inner, path
        case nodes.Getitem(node=inner, arg=argument):
            yield inner, (argument.value if isinstance(argument, nodes.Const) else _ANY, *path)
        case nodes.Filter(node=inner, name=name, args=arguments) if inner is not None:
            yield from _applied(inner, name, arguments, path)
        case nodes.Call(node=nodes.Getattr(node=inner, attr=name), args=arguments):
            yield from _applied(inner, name, arguments, path)
        case _:
            yield from ((part, path) for part in _operands(node))


def _operands(node: nodes.Node) -> tuple[nodes.Node, ...]:
    """Those of the operands of an expression that may be printed."""
    match node:
        case nodes.CondExpr(expr1=yes, expr2=no):
            return (yes,) if no is None else (yes, no)
        case nodes.Or(left=left, right=right) | nodes.Add(left=left, right=right):
            return (left, right)
        case nodes.And(right=last) | nodes.Mod(left=last):
            return (last,)
        case nodes.Concat(nodes=parts):
            return tuple(parts)
        case _:
            return ()


def _items(items: Sequence[nodes.Node], path: Path) -> Iterator[tuple[nodes.Node, Path]]:
    match path:
        case (int() as index, *rest):
            yield from ((item, tuple(rest)) for item in items[index : index + 1])
        case (step, *rest) if step in (_EACH, _ANY):
            yield from ((item, tuple(rest)) for item in items)
        case _:
            pass


def _pairs(pairs: Sequence[nodes.Pair], path: Path) -> Iterator[tuple[nodes.Node, Path]]:
    for pair in pairs:
        match path:
            case (step, *rest) if step == _EACH:
                yield pair.key, tuple(rest)
            case (step, *rest) if step == _ANY or step == getattr(pair.key, "value", None):
                yield pair.value, tuple(rest)
            case _:
                pass


def _applied(
    inner: nodes.Node, name: str, arguments: Sequence[nodes.Node], path: Path
) -> Iterator[tuple[nodes.Node, Path]]:
    """What a filter, or a method, prints of what it is applied to."""
    if name in _SAYS_NOTHING:
        return
    match name, path:
        case "join", _:
            yield inner, (_EACH, *path)
        case (("first" | "last" | "random" | "min" | "max"), _):
            yield inner, (_EACH, *path)
        case (("items" | "dictsort"), (step, 0, *rest)) if step == _EACH:
            yield inner, (_EACH, *rest)
        case (("items" | "dictsort"), (step, 1, *rest)) if step == _EACH:
            yield inner, (_ANY, *rest)
        case "values", (step, *rest) if step == _EACH:
            yield inner, (_ANY, *rest)
        case "get", _:
            yield inner, (_ANY, *path)
        case _:
            yield inner, path
    said = arguments if name == "format" else arguments[_ARGUMENTS_SAID.get(name, slice(0))]
    yield from ((argument, path) for argument in said)
