"""One object of each kind in an area, so that every page of the portal has something to show.

Each module of this package adds the objects of one app: ``build(world)`` sets ids, or other arguments of URLs, on the
world (``world.service``, ``world.center`` ...), and objects that other modules need in ``world.rows``. ``AFTER`` names
the modules that must come first, and ``FOR_ALL`` the arguments that are the same for everybody in every area.
"""

from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType, SimpleNamespace
from typing import Any

from onestop.accounts.models import User
from partners.models import LocalArea, Partnership


def _modules() -> Iterator[ModuleType]:
    found = {info.name: import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)}
    order = TopologicalSorter({name: getattr(module, "AFTER", ()) for name, module in sorted(found.items())})
    for name in order.static_order():
        yield found[name]


MODULES = list(_modules())
FOR_ALL: set[str] = set().union(*(module.FOR_ALL for module in MODULES))


def build_world(area: LocalArea, partner: Partnership, *, manager: User, representative: User | None) -> Any:
    """Return the objects of an area by the names of URL arguments."""
    rows = {"area": area, "partner": partner, "manager": manager, "representative": representative}
    world = SimpleNamespace(rows=SimpleNamespace(**rows))
    for module in MODULES:
        before = dict(vars(world))
        module.build(world)
        assert before.items() <= vars(world).items(), f"{module.__name__} sets an argument of another module"
    return world
