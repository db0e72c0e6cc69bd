"""Every regular expression of the project: what modules and classes hold, what calls of ``re`` name, what validates."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from django.core.validators import RegexValidator
from django.urls import URLPattern, URLResolver, get_resolver

OURS = ("onestop", "partners")
# How a text is gone through by each function of ``re``: from its beginning only, or from every place.
AT_BEGINNING = {"match", "fullmatch"}
EVERYWHERE = {"search", "split", "findall", "finditer", "sub", "subn"}
FLAGS = {"IGNORECASE", "DOTALL", "MULTILINE", "ASCII", "VERBOSE"}


@dataclass(frozen=True)
class Used:
    """An expression, where it stands, and whether it is only tried at the beginning of a text."""

    where: str
    pattern: "re.Pattern[Any]"
    at_beginning: bool = False

    def __str__(self) -> str:
        return f"{self.where} {self.pattern.pattern!r:.60}"

    def read(self, text: str) -> None:
        """Go through a text as the project does."""
        given = text.encode("latin-1", "replace") if isinstance(self.pattern.pattern, bytes) else text
        if self.at_beginning:
            self.pattern.match(given)
            self.pattern.fullmatch(given)
        else:
            for _ in self.pattern.finditer(given):
                pass


def modules() -> Iterator[ModuleType]:
    """Yield every module of the project but its migrations."""
    for name in OURS:
        package = importlib.import_module(name)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in found.name and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def source_of(module: ModuleType) -> str:
    """Return the text of a module."""
    assert module.__file__ is not None
    return Path(module.__file__).read_text()


def held_patterns() -> Iterator[Used]:
    """Yield the expressions that modules and classes hold, also within lists and mappings."""
    everything = list(modules())
    verbs = "|".join(AT_BEGINNING | EVERYWHERE)
    used = {pair for module in everything for pair in re.findall(rf"\b(\w+)\.({verbs})\(", source_of(module))}
    seen: set[int] = set()
    for module in everything:
        for name, thing in vars(module).items():
            for pattern in _within(thing, seen):
                ways = {verb for known, verb in used if known == name}
                yield Used(f"{module.__name__}.{name}", pattern, bool(ways) and ways <= AT_BEGINNING)


def _within(thing: Any, seen: set[int]) -> Iterator["re.Pattern[Any]"]:
    if id(thing) in seen:
        return
    if isinstance(thing, re.Pattern):
        seen.add(id(thing))
        yield thing
    elif isinstance(thing, list | tuple | set | frozenset | dict):
        seen.add(id(thing))
        for item in [*thing, *thing.values()] if isinstance(thing, dict) else thing:
            yield from _within(item, seen)
    elif inspect.isclass(thing) and thing.__module__.partition(".")[0] in OURS:
        seen.add(id(thing))
        for item in list(vars(thing).values()):
            yield from _within(item, seen)


def called_patterns() -> Iterator[Used | str]:
    """Yield the expressions that stand in calls of ``re`` within functions; of one that is put together, the place."""
    for module in modules():
        for function in ast.walk(ast.parse(source_of(module))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and (verb := _verb(call.func)) in AT_BEGINNING | EVERYWHERE | {"compile"}:
                    yield _called(verb, call, f"{module.__name__}.{function.name}")


def _verb(called: ast.expr) -> str:
    """Return which function of ``re`` is called, if it is one."""
    is_of_re = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "re"
    return called.attr if is_of_re else ""  # type: ignore[attr-defined]


def _called(verb: str, call: ast.Call, where: str) -> Used | str:
    expression = call.args[0]
    if not isinstance(expression, ast.Constant):
        return where
    flags = re.NOFLAG
    for node in ast.walk(call):
        if isinstance(node, ast.Attribute) and node.attr in FLAGS:
            flags |= re.RegexFlag[node.attr]
    return Used(where, re.compile(expression.value, flags), verb in AT_BEGINNING)


def validating_patterns(models: Any) -> Iterator[Used]:
    """Yield the expressions of the validators that our columns bring."""
    for model in models:
        for column in model._meta.concrete_fields:
            for validator in column.validators:
                if isinstance(validator, RegexValidator):
                    yield Used(f"{model._meta.label}.{column.name}", _compiled(validator.regex))


def address_patterns() -> Iterator[Used]:
    """Yield the expressions of our addresses; of those that differ in fixed words alone, one."""
    variable: set[tuple[str, ...]] = set()

    def walk(resolver: URLResolver) -> Iterator[URLPattern]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern)
            else:
                yield pattern

    for pattern in walk(get_resolver()):
        parts = tuple(re.findall("<[^>]*>", str(pattern.pattern)))
        if parts not in variable and _module_of(pattern.callback).partition(".")[0] in OURS:
            variable.add(parts)
            yield Used(f"the address {pattern.pattern}", _compiled(pattern.pattern.regex), at_beginning=True)


def _module_of(view: Callable[..., Any]) -> str:
    return str(getattr(view, "view_class", view).__module__)


def _compiled(expression: Any) -> "re.Pattern[Any]":
    return expression if isinstance(expression, re.Pattern) else re.compile(expression)
