"""What names stand for in Python: which functions and classes promise to tell people something, and scopes."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Annotations of what is told to people.
_TOLD = frozenset({"Message", "LazyString"})


@dataclass(frozen=True, slots=True)
class House:
    """What the sources promise to show: by the name of a function or class, the places and names of its words."""

    shown: Mapping[str, frozenset[tuple[int, str]]] = field(
        default_factory=dict[str, frozenset[tuple[int, str]]]
    )


def house_of(trees: Iterable[ast.Module], known: House | None = None) -> House:
    """What is annotated as words for people, in functions, in data classes, and in classes that inherit from such."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    shown = dict(known.shown) if known else {}
    for node in nodes:
        if isinstance(node, Function) and node.name != "__init__":
            _add(shown, node.name, _told_parameters(node))
    for node in classes:
        own = _own_init(node)
        _add(shown, node.name, _told_parameters(own) if own else _told_fields(node))
    # Children speak as their parents do, unless they say otherwise.
    heirs = [(node.name, last_name(base)) for node in classes if not _own_init(node) for base in node.bases]
    before: dict[str, frozenset[tuple[int, str]]] = {}
    while before != shown:
        before = dict(shown)
        for name, base in heirs:
            _add(shown, name, shown.get(base, frozenset()))
    return House(shown)


def _own_init(node: ast.ClassDef) -> Function | None:
    return next((part for part in node.body if isinstance(part, Function) and part.name == "__init__"), None)


def _add(shown: dict[str, frozenset[tuple[int, str]]], name: str, told: frozenset[tuple[int, str]]) -> None:
    if told:
        shown[name] = shown.get(name, frozenset()) | told


def _told_parameters(function: Function) -> frozenset[tuple[int, str]]:
    arguments = function.args.posonlyargs + function.args.args
    own = [argument for argument in arguments if argument.arg not in {"self", "cls"}]
    placed = {(place, argument.arg) for place, argument in enumerate(own) if is_told(argument.annotation)}
    return frozenset(
        placed | {(-1, argument.arg) for argument in function.args.kwonlyargs if is_told(argument.annotation)}
    )


def _told_fields(node: ast.ClassDef) -> frozenset[tuple[int, str]]:
    fields = [
        part for part in node.body if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]
    return frozenset(
        (place, part.target.id)
        for place, part in enumerate(fields)
        if isinstance(part.target, ast.Name) and is_told(part.annotation)
    )


def is_told(annotation: ast.expr | None) -> bool:
    """Whether an annotation says that people are told this."""
    return annotation is not None and any(
        last_name(node) in _TOLD
        for node in ast.walk(annotation)
        if isinstance(node, ast.Name | ast.Attribute)
    )


def last_name(node: ast.AST) -> str:
    """The name at the end of `some.dotted.name`; empty for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


class Scope:
    """What the names of a function, or of a module, may stand for."""

    def __init__(
        self, body: Sequence[ast.stmt], outer: "Scope | None" = None, arguments: ast.arguments | None = None
    ) -> None:
        self.returned: list[ast.expr] = []
        self._outer = outer
        self._meanings: dict[str, list[tuple[ast.expr, Scope]]] = {}
        self._told: set[str] = set()
        if arguments is not None:
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            self._meanings = {argument.arg: [] for argument in every}
            self._told = {argument.arg for argument in every if is_told(argument.annotation)}
        for statement in body:
            self._read(statement)

    def meanings(self, name: str) -> list[tuple[ast.expr, "Scope"]]:
        """The expressions that a name stands for, and where they stand."""
        if name in self._meanings:
            return self._meanings[name]
        return self._outer.meanings(name) if self._outer else []

    def is_told(self, target: ast.expr) -> bool:
        """Whether what is assigned to `target` is told to people: it is annotated so, or is a field's errors."""
        if isinstance(target, ast.Attribute) and target.attr == "errors":
            return True
        inner = target.value if isinstance(target, ast.Subscript) else target
        return isinstance(inner, ast.Name) and inner.id in self._told

    def _read(self, node: ast.AST) -> None:
        if isinstance(node, Function):
            inside = Scope(node.body, self, node.args)
            self._meanings[node.name] = [(each, inside) for each in inside.returned]
            return
        if isinstance(node, ast.ClassDef | ast.Lambda):
            return
        if isinstance(node, ast.Return) and node.value is not None:
            self.returned.append(node.value)
        elif (
            isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and is_told(node.annotation)
        ):
            self._told.add(node.target.id)
        for target, value in assigned(node):
            self._bind(target, value)
        for child in ast.iter_child_nodes(node):
            self._read(child)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._meanings.setdefault(name, []).append((value, self))
            case ast.Tuple(elts=targets), ast.Tuple(elts=values):
                for each, its_value in zip(targets, values, strict=False):
                    self._bind(each, its_value)
            case ast.Tuple(elts=targets), _:
                for each in targets:
                    self._bind(each, value)
            case _:
                pass


def assigned(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """What a node assigns to what."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return [(target, value) for target in targets]
        case ast.AnnAssign(target=target, value=value) if value is not None:
            return [(target, value)]
        case ast.NamedExpr(target=target, value=value) | ast.AugAssign(target=target, value=value):
            return [(target, value)]
        case _:
            return []


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Local names and what they are in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = "wtforms" if node.module == "wtforms.fields" else node.module
            yield from ((name.asname or name.name, f"{module}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Import):
            yield from ((name.asname, name.name) for name in node.names if name.asname)
