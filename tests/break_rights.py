"""Break every rule of who may see and do what, one at a time, and find out whether a test notices.

    .venv/bin/python -m tests.break_rights [WORDS]    only what has one of the words in its name

Not part of the test command: it takes about half an hour. Each rule is broken in a process of its own: a permission or
a predicate that says yes (or no) to everybody, a ``visible_to`` that shows everything (or nothing), a seat that counts
after it has ended. A survivor lacks a test.
"""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests.servers import SERVERS, name_servers

ROOT = Path(__file__).resolve().parent.parent
# Those who notice most come first; the rest is asked only when they notice nothing.
MATRIX = "tests/test_matrix.py"
OWN, OTHER = "test_in_their_own_area_everybody_gets_what_the_table_says", "test_in_another_area_nothing_is_there"
SHARED = "test_the_same_organization_in_another_area_opens_nothing_of_this_one"
FIRST = [
    *(f"{MATRIX}::{OWN}[{who}]" for who in ("neighbor", "nobody", "colleague", "board", "manager", "staff", "state")),
    *(f"{MATRIX}::{SHARED}[{who}]" for who in ("staff", "manager")),
    *(f"{MATRIX}::{OTHER}[{who}]" for who in ("staff", "manager", "state")),
    MATRIX,
]
THEN = ["tests/partners", "tests/dashboards", "tests/notices", "tests/accounts"]

Break = Callable[[], None]


def breaks() -> Iterator[tuple[str, Break]]:
    """Yield the name of each way to break a rule, and how."""
    import rules

    from partners import rules as ours

    yield "seats: a seat that has ended still counts", count_ended_seats
    for name in ours.PERMISSIONS:
        yield f"permission {name}: yes", partial(replace_permission, name, rules.always_true)
        yield f"permission {name}: no", partial(replace_permission, name, rules.always_false)
    for name, thing in vars(ours).items():
        if isinstance(thing, rules.Predicate) and thing.name == name:
            yield f"predicate {name}: yes", partial(answer_always, thing, True)
            yield f"predicate {name}: no", partial(answer_always, thing, False)
    for queryset in querysets():
        yield f"visible {queryset.__name__}: all", partial(show, queryset, show_all)
        yield f"visible {queryset.__name__}: none", partial(show, queryset, show_none)


def querysets() -> list[type]:
    """Return the querysets of the project that say who sees what."""
    from django.db.models import QuerySet

    known = [one for one in gc.get_objects() if isinstance(one, type) and issubclass(one, QuerySet)]
    ours = {
        one for one in known if "visible_to" in vars(one) and one.__module__.split(".")[0] in ("onestop", "partners")
    }
    return sorted(ours, key=lambda one: one.__name__)


def replace_permission(name: str, predicate: Any) -> None:
    """Let a permission answer the same to everybody."""
    import rules

    rules.set_perm(name, predicate)


def answer_always(predicate: Any, answer: bool) -> None:
    """Let a predicate, and all that is made of it, answer the same to everybody."""
    predicate.fn, predicate.num_args, predicate.var_args = (lambda user, thing=None: answer), 2, False


def show(queryset: Any, visible_to: Any) -> None:
    """Let a queryset show the same to everybody."""
    queryset.visible_to = visible_to


def show_all(self: Any, user: Any) -> Any:
    """Show everything to everybody."""
    return self


def show_none(self: Any, user: Any) -> Any:
    """Show nothing to anybody."""
    return self.none()


def count_ended_seats() -> None:
    """Let seats count whether or not they have ended."""
    from partners import seats

    read = seats._read_seats

    class WithAllSeats:
        """A user whose seats are all there, held or ended."""

        def __init__(self, user: Any) -> None:
            self.is_superuser = user.is_superuser
            self.memberships = user.memberships.all()
            self.memberships.filter = lambda **conditions: self.memberships

    seats._read_seats = lambda user: read(WithAllSeats(user))


def outcome(name: str, broken: Break, tests: list[str]) -> bool:
    """Return whether these tests notice; they run in a child, which alone has the broken rule."""
    child = os.fork()
    if child == 0:
        import pytest

        sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
        SERVERS.folder = None  # they run already
        broken()
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=--ds=tests.settings"]
        os._exit(pytest.main([*options, *tests]) != 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def main() -> int:
    """Break one rule after the other; return how many breaks nobody noticed."""
    words = sys.argv[1:]
    os.chdir(ROOT)
    name_servers(ROOT / "var")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    SERVERS.start()
    survivors, begun = [], time.monotonic()
    try:
        chosen = [(name, broken) for name, broken in breaks() if not words or any(word in name for word in words)]
        if outcome("nothing", lambda: None, [MATRIX]):
            print("The matrix fails with nothing broken.")
            return 1
        for number, (name, broken) in enumerate(chosen, 1):
            noticed = outcome(name, broken, FIRST) or outcome(name, broken, THEN)
            print(f"{number}/{len(chosen)} {'noticed ' if noticed else 'SURVIVED'} {name}", flush=True)
            survivors += [] if noticed else [name]
    finally:
        SERVERS.stop()
    print(f"{len(chosen)} broken, {len(survivors)} survived, {time.monotonic() - begun:.0f} s")
    return len(survivors)


if __name__ == "__main__":
    sys.exit(main())
