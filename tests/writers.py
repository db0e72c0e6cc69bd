"""Find who writes which rows: every call in our code that creates, changes or deletes rows of a model.

Models are found by reading: from annotations, from ``Model.objects`` and from relations of models found so.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps

WRITING = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "update", "save", "delete"}
IN_BULK = {"save_rows", "add_rows", "insert_new"}  # of onestop.editing.bulk, with the rows as argument
LINKING = {"set", "add", "remove", "clear"}  # of a relation; a Python set has them too
OURS = ("onestop.", "partners.", "agreements.", "meetings.", "allauth.")
MODELS: dict[str, Any] = {model.__name__: model for model in apps.get_models() if model.__module__.startswith(OURS)}


@dataclass(frozen=True)
class Write:
    """A call that writes rows of a model; ``model`` is empty where none was found."""

    line: int
    call: str
    model: str


def writes_in(path: Path) -> Iterator[Write]:
    """Yield the writing calls of a module."""
    tree = ast.parse(path.read_text())
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    yield from _Reader(functions).read(tree)


class _Reader:
    def __init__(self, functions: dict[str, ast.FunctionDef]) -> None:
        self.functions = functions
        self.known: dict[str, Any] = {}

    def read(self, node: ast.AST) -> Iterator[Write]:
        """Yield the writes below a node; what a function knows ends with it."""
        before = dict(self.known)
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            self._learn_arguments(node.args)
        # Twice: a name may be bound below its first use.
        for _ in range(2):
            for each in _own_scope(node):
                self._learn(each)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                yield from self.read(child)
            else:
                yield from self._calls(child)
        self.known = before

    def _calls(self, node: ast.AST) -> Iterator[Write]:
        if isinstance(node, ast.FunctionDef):
            yield from self.read(node)
            return
        if isinstance(node, ast.Call) and (write := self._write(node)):
            yield write
        for child in ast.iter_child_nodes(node):
            yield from self._calls(child)

    def _write(self, call: ast.Call) -> Write | None:
        if not isinstance(call.func, ast.Attribute):
            return None
        name, owner = call.func.attr, call.func.value
        if name in IN_BULK:
            model = self.model_of(call.args[0])
        elif name in WRITING:
            model = self.model_of(owner)
            # Dictionaries are updated from a positional argument, and caches delete one.
            if model is None and name in ("update", "delete") and call.args:
                return None
        elif name in LINKING and isinstance(owner, ast.Attribute):
            model = _linked(self.model_of(owner.value), owner.attr)
            if model is None:
                return None
        else:
            return None
        return Write(call.lineno, ast.unparse(call.func), model.__name__ if model else "")

    # ------------------------------------------------------------ What names stand for
    def _learn_arguments(self, arguments: ast.arguments) -> None:
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg]:
            if argument is not None:
                self.known[argument.arg] = _named_in(argument.annotation)

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, self.model_of(node.value), node.value)
        elif isinstance(node, ast.AnnAssign):
            self._bind(node.target, _named_in(node.annotation) or (node.value and self.model_of(node.value)))
        elif isinstance(node, ast.NamedExpr):
            self._bind(node.target, self.model_of(node.value))
        elif isinstance(node, ast.For | ast.comprehension):
            self._bind(node.target, self.model_of(node.iter))

    def _bind(self, target: ast.AST, model: Any, value: ast.AST | None = None) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, given in zip(target.elts, value.elts, strict=False):
                self._bind(one, self.model_of(given))
        elif isinstance(target, ast.Tuple):
            for one in target.elts:
                self._bind(one, model)
        elif isinstance(target, ast.Name) and model is not None:
            self.known[target.id] = model

    def model_of(self, node: ast.AST | None) -> Any:
        """Return the model of which an expression is a row, rows or a manager; or None."""
        match node:
            case ast.Name(id=name):
                return self.known.get(name) or MODELS.get(name)
            case ast.Attribute(value=value, attr=attr):
                return _related(self.model_of(value), attr)
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                return _named_in(self.functions[name].returns)
            case ast.Call(func=ast.Name(id="list" | "sorted" | "next" | "iter" | "zip"), args=[first, *_]):
                return self.model_of(first)
            case ast.Call(func=ast.Attribute(attr="lock_rows"), args=[first, *_]):
                return self.model_of(first)
            case ast.Call(func=function):
                return self.model_of(function)
            case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
                return self.model_of(inner)
            case ast.Subscript(value=value) | ast.Starred(value=value) | ast.NamedExpr(value=value):
                return self.model_of(value)
            case ast.List(elts=[first, *_]) | ast.Tuple(elts=[first, *_]) | ast.BoolOp(values=[first, *_]):
                return self.model_of(first)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element) | ast.DictComp(value=element):
                return self.model_of(element)
            case ast.IfExp(body=body):
                return self.model_of(body)
        return None


def _own_scope(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is below a node, without the bodies of functions in it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield from _own_scope(child)


def _named_in(annotation: ast.AST | None) -> Any:
    """Return the first model in an annotation, as in ``Collection[Service]`` or ``dict[int, Term]``."""
    if annotation is None:
        return None
    for node in ast.walk(annotation):
        name = node.id if isinstance(node, ast.Name) else node.value if isinstance(node, ast.Constant) else None
        if isinstance(name, str) and (found := MODELS.get(name) or MODELS.get(name.removesuffix("QuerySet"))):
            return found
    return None


def _relation(model: Any, attr: str) -> Any:
    """Return the relation that a model has under this name."""
    for field in model._meta.get_fields() if model else ():
        if field.is_relation and attr in (field.name, getattr(field, "get_accessor_name", lambda: None)()):
            return field
    return None


def _related(model: Any, attr: str) -> Any:
    """Return the model at an attribute: that of a relation, or the same for a manager and for methods of rows."""
    if model is None:
        return None
    if relation := _relation(model, attr):
        return relation.related_model
    columns = {field.name for field in model._meta.get_fields()}
    return None if attr in columns else model


def _linked(model: Any, attr: str) -> Any:
    """Return the model whose rows change when a relation of many is set: often that of a link table."""
    relation = _relation(model, attr)
    if relation is None or not (relation.many_to_many or relation.one_to_many):
        return None
    through = getattr(relation, "through", None) or getattr(getattr(relation, "remote_field", None), "through", None)
    return through or relation.related_model
