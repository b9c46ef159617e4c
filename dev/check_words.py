"""Words that reach people and that no catalogue knows, in Python and in scripts. Usage: python -m dev.check_words

Prints `file:line: what is wrong`, and ends with status 1 if it did. What a command prints (`click.echo`, `help=`)
is for operators and may be English; what it refuses is worded by the same errors as on a page, and is looked at.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from dev.check_scripts import findings as script_findings
from dev.check_templates import library
from dev.python_names import Function, House, Scope, assigned, house_of, imports, is_told, last_name
from dev.spoken import SPOKEN_ATTRIBUTES, has_words, literal_attributes, places_in, reads_like_words
from dev.template_words import spoken_names

ROOT = Path(__file__).resolve().parent.parent

Finding = tuple[int, str]
# How many arguments of each are the message; `make messages` looks for these names and no others.
_GETTEXT = {
    name: count
    for one, count in (("gettext", 1), ("ngettext", 2), ("pgettext", 2), ("npgettext", 3))
    for name in (one, f"lazy_{one}")
}
_PLURAL = frozenset({"ngettext", "lazy_ngettext", "npgettext", "lazy_npgettext"})
_VALIDATORS = (
    (0, ("DataRequired", "Email", "InputRequired", "StopValidation", "ValidationError")),
    (1, ("AnyOf", "EqualTo", "NoneOf", "URL", "UUID")),
    (2, ("Length", "NumberRange", "Regexp")),
)
# What shows what it is given: which argument, by place and by name.
_SHOWN: Mapping[str, tuple[tuple[int, str], ...]] = {
    "flask.flash": ((0, "message"),),
    "flask.abort": ((1, "description"),),
    "markupsafe.Markup": ((0, "object"),),
    "blog.challenges.emails.Letter": ((0, "subject"), (1, "text")),
    **{f"wtforms.validators.{name}": ((place, "message"),) for place, names in _VALIDATORS for name in names},
}
_FIELD = ((0, "label"), (-1, "description"))
# Names of functions that put something into words.
_SAYING = ("words", "_label")


def main() -> None:
    """Check the sources of the product."""
    count = 0
    for file in [*sorted((ROOT / "blog").rglob("*.py")), *sorted((ROOT / "blog/static/js").rglob("*.js"))]:
        text = file.read_text(encoding="utf-8")
        for line, fault in script_findings(text) if file.suffix == ".js" else findings(text):
            print(f"{file.relative_to(ROOT).as_posix()}:{line}: {fault}")
            count += 1
    sys.exit(1 if count else 0)


def findings(text: str) -> list[Finding]:
    """The faults of one Python module: line number and what is wrong, in order."""
    tree = ast.parse(text)
    module = _Module(tree, house_of([tree], house_of_ours()))
    return sorted({*module.untold(), *module.broken_messages(), *module.too_early()})


@cache
def house_of_ours() -> House:
    """What the package `blog` promises to show."""
    return house_of(ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "blog").rglob("*.py"))


class _Module:
    """One module: what its names stand for, and what it shows."""

    def __init__(self, tree: ast.Module, house: House) -> None:
        self._tree = tree
        self._house = house
        self._imported = dict(imports(tree))
        self._top = Scope(tree.body)

    def untold(self) -> Iterator[Finding]:
        """Literals that are shown and not wrapped in gettext."""
        yield from self._untold_in(self._tree, self._top, None)
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for words in literal_attributes(node.value):
                    yield node.lineno, f"{words} is not translated"

    def broken_messages(self) -> Iterator[Finding]:
        """Messages that `make messages` cannot find, that lack a value, or that are glued to others."""
        for name, original in self._imported.items():
            gettext = original.removeprefix("flask_babel.")
            if gettext in _GETTEXT and name not in {gettext, *(("_",) if _GETTEXT[gettext] == 1 else ())}:
                yield 1, f"{gettext} as {name}: `make messages` does not look for that name"
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and (name := self._gettext(node)):
                yield from _faults_of_message(node, name)
            elif isinstance(node, ast.JoinedStr | ast.BinOp) and self._is_glued(node):
                yield (
                    node.lineno,
                    "a sentence is not put together from parts: each language has its own order",
                )

    def too_early(self) -> Iterator[Finding]:
        """Messages that are translated while the module is loaded, when nobody's language is known yet."""
        waiting: list[ast.AST] = [self._tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Call) and not (self._gettext(node) or "lazy").startswith("lazy"):
                yield node.lineno, "this is translated when the module is loaded: use lazy_gettext"
            if isinstance(node, Function):
                waiting += [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
            elif not isinstance(node, ast.Lambda):
                waiting += ast.iter_child_nodes(node)

    def _gettext(self, node: ast.Call) -> str:
        """Which function of the gettext family a call calls, or nothing."""
        name = self._qualified(node.func).removeprefix("flask_babel.")
        return name if name in _GETTEXT else ""

    def _qualified(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name):
                return self._imported.get(name, name)
            case ast.Attribute(value=value, attr=name):
                return f"{self._qualified(value)}.{name}"
            case _:
                return ""

    def _is_glued(self, node: ast.JoinedStr | ast.BinOp) -> bool:
        parts = node.values if isinstance(node, ast.JoinedStr) else _added(node)
        plain = [part.value if isinstance(part, ast.FormattedValue) else part for part in parts]
        messages = [part for part in plain if isinstance(part, ast.Call) and self._gettext(part)]
        return bool(messages) and (
            len(messages) > 1
            or any(isinstance(part, ast.Constant) and has_words(part.value) for part in plain)
        )

    def _untold_in(self, node: ast.AST, scope: Scope, base: str | None) -> Iterator[Finding]:
        """Walk through a tree with the names that hold there; `base` is the class that `super()` means."""
        for child in ast.iter_child_nodes(node):
            inner, bases = scope, base
            if isinstance(child, ast.ClassDef):
                bases = last_name(child.bases[0]) if child.bases else None
            elif isinstance(child, Function):
                inner = Scope(child.body, scope, child.args)
                if is_told(child.returns) or child.name.endswith(_SAYING):
                    yield from self._faults(inner.returned, inner)
            elif isinstance(child, ast.Call):
                yield from self._faults(self._shown_by(child, bases), scope)
                yield from self._faults(self._choices_of(child), scope, are_choices=True)
            told = [value for target, value in assigned(child) if scope.is_told(target)]
            yield from self._faults(told, scope)
            yield from self._untold_in(child, inner, bases)

    def _shown_by(self, call: ast.Call, base: str | None) -> list[ast.expr]:
        """Those of the arguments of a call that people read."""
        if self._qualified(call.func) == "flask.render_template":
            return _shown_by_template(call)
        match call.func:
            case ast.Attribute(value=ast.Attribute(attr="errors"), attr="append" | "extend"):
                return call.args
            case _:
                places = self._places_of(call.func, base)
        shown = [call.args[place] for place, _name in places if 0 <= place < len(call.args)]
        names = {name for _place, name in places}
        shown += [keyword.value for keyword in call.keywords if keyword.arg in names]
        return [*shown, *_attributes_of(call)] if places is _FIELD else shown

    def _places_of(self, function: ast.expr, base: str | None) -> Iterable[tuple[int, str]]:
        """Which arguments of a function people read, by place and by name."""
        name = self._qualified(function)
        last = name.rpartition(".")[2]
        if name.startswith("wtforms.") and last.endswith("Field"):
            return _FIELD
        if name in _SHOWN:
            return _SHOWN[name]
        return self._house.shown.get((base or "") if last == "__init__" else last, ())

    def _choices_of(self, call: ast.Call) -> list[ast.expr]:
        """The choices that a field offers."""
        is_field = self._qualified(call.func).startswith("wtforms.")
        return [keyword.value for keyword in call.keywords if is_field and keyword.arg == "choices"]

    def _faults(
        self, expressions: Iterable[ast.expr], scope: Scope, *, are_choices: bool = False
    ) -> Iterator[Finding]:
        """The literals that expressions come out as; of choices only the labels count."""
        seen: set[ast.AST] = set()
        waiting = [(expression, scope) for expression in expressions]
        while waiting:
            node, here = waiting.pop()
            if node in seen or (isinstance(node, ast.Call) and self._gettext(node)):
                continue
            seen.add(node)
            if isinstance(node, ast.Constant):
                if has_words(node.value):
                    yield node.lineno, f"{node.value!r} is not translated"
            elif isinstance(node, ast.Name):
                waiting += here.meanings(node.id)
            else:
                waiting += [(_label(part) if are_choices else part, here) for part in _parts(node)]


def _added(node: ast.expr) -> list[ast.expr]:
    """What is added up in an expression, from left to right."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_added(node.left), *_added(node.right)]
    return [node]


def _faults_of_message(call: ast.Call, name: str) -> Iterator[Finding]:
    texts = call.args[: _GETTEXT[name]]
    if len(texts) < _GETTEXT[name] or not all(isinstance(text, ast.Constant) for text in texts):
        yield call.lineno, f"{name}(…) takes literals: no catalogue can know what is put together"
    if any(keyword.arg is None for keyword in call.keywords):
        return
    given = {keyword.arg or "" for keyword in call.keywords} | ({"num"} if name in _PLURAL else set[str]())
    wanted = places_in(*(text.value for text in texts if isinstance(text, ast.Constant)))
    yield from ((call.lineno, f"%({place})s has no value") for place in sorted(wanted - given))


def _shown_by_template(call: ast.Call) -> list[ast.expr]:
    """The values that a template prints as they are, and literals that look like words wherever they go."""
    template = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
    printed = spoken_names(library(), str(template))
    return [
        keyword.value
        for keyword in call.keywords
        if keyword.arg in printed or reads_like_words(getattr(keyword.value, "value", None))
    ]


def _attributes_of(call: ast.Call) -> Iterator[ast.expr]:
    """The attributes of a field's control that people read."""
    for keyword in call.keywords:
        if keyword.arg == "render_kw" and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in SPOKEN_ATTRIBUTES:
                    yield value


def _label(choice: ast.expr) -> ast.expr:
    """What people read of a choice that is a pair of value and label."""
    return choice.elts[1] if isinstance(choice, ast.Tuple) and len(choice.elts) > 1 else choice


def _parts(node: ast.expr) -> Sequence[ast.expr]:
    """Those parts of an expression that it may come out as, or that it is made of."""
    match node:
        case ast.JoinedStr(values=parts) | ast.BoolOp(values=parts) | ast.Dict(values=parts):
            return parts
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return parts
        case ast.IfExp(body=yes, orelse=no):
            return (yes, no)
        case ast.BinOp(left=left, op=operator, right=right):
            return (left, right) if isinstance(operator, ast.Add | ast.BitOr) else (left,)
        case ast.Call():
            return _parts_of_call(node)
        case _:
            inner = getattr(node, "elt", getattr(node, "value", None))
            return (inner,) if isinstance(inner, ast.expr) and not isinstance(node, ast.Attribute) else ()


def _parts_of_call(call: ast.Call) -> Sequence[ast.expr]:
    match call:
        case ast.Call(func=ast.Name(id="str" | "Markup" | "LazyString"), args=arguments):
            return arguments
        case ast.Call(func=ast.Attribute(value=inner, attr="get"), args=[_key, default]):
            return (inner, default)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant() as inner, attr="format" | "join"), args=arguments
        ):
            return (inner, *arguments)
        case ast.Call(func=ast.Attribute(value=inner, attr="get" | "strip" | "capitalize" | "format")):
            return (inner,)
        case ast.Call(func=ast.Name() as function):
            return (function,)
        case _:
            return ()


if __name__ == "__main__":
    main()
