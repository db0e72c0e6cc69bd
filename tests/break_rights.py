"""Mutation tests of the rules of who may see and do what: break one at a time, and check that a test fails.

    .venv/bin/python -m tests.break_rights [WORDS]    only rules with one of the words in their name

Not part of the test command: it takes about half an hour. Each rule is broken in its own process: a permission or a
predicate that is always true (or false), a ``visible_to`` that returns everything (or nothing), a seat that counts
after it has ended. A mutant that survives lacks a test.
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
# The tests that find most come first; the others run only if these pass.
MATRIX = "tests/test_matrix.py"
OWN, OTHER = (
    "test_every_role_gets_the_responses_of_the_table_in_its_own_area",
    "test_objects_of_another_area_are_not_found",
)
ELSEWHERE = "test_staff_of_another_area_have_only_the_access_of_their_seat_here"
SHARED = "test_roles_in_another_area_of_the_same_organization_give_no_access_here"
ENDED = f"{MATRIX}::test_an_ended_seat_gives_no_access"
RIGHTS = "tests/partners/test_rights.py"
TOO_MUCH = [
    RIGHTS,
    ENDED,
    *(f"{MATRIX}::{OWN}[{who}]" for who in ("neighbor", "colleague", "board", "manager", "staff", "nobody")),
    *(f"{MATRIX}::{test}[all roles]" for test in (SHARED, OTHER)),
    *(f"{MATRIX}::{ELSEWHERE}[{who}]" for who in ("board", "colleague")),
]
TOO_LITTLE = [
    RIGHTS,
    *(f"{MATRIX}::{OWN}[{who}]" for who in ("staff", "manager", "state", "colleague", "neighbor", "board")),
    f"{MATRIX}::test_a_manager_of_the_whole_organization_is_a_manager_in_each_area",
]
THEN = ["tests/partners", "tests/dashboards", "tests/notices", "tests/accounts"]

Break = Callable[[], None]


def breaks() -> Iterator[tuple[str, Break]]:
    """Yield the name of each mutation of a rule, and the function that applies it."""
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
    """Return the querysets of the project with ``visible_to``."""
    from django.db.models import QuerySet

    known = [one for one in gc.get_objects() if isinstance(one, type) and issubclass(one, QuerySet)]
    ours = {
        one for one in known if "visible_to" in vars(one) and one.__module__.split(".")[0] in ("onestop", "partners")
    }
    return sorted(ours, key=lambda one: one.__name__)


def replace_permission(name: str, predicate: Any) -> None:
    """Replace the predicate of a permission by a constant one."""
    import rules

    rules.set_perm(name, predicate)


def answer_always(predicate: Any, answer: bool) -> None:
    """Make a predicate, and all predicates built from it, constant."""
    predicate.fn, predicate.num_args, predicate.var_args = (lambda user, thing=None: answer), 2, False


def show(queryset: Any, visible_to: Any) -> None:
    """Replace ``visible_to`` of a queryset."""
    queryset.visible_to = visible_to


def show_all(self: Any, user: Any) -> Any:
    """Return everything to everyone."""
    return self


def show_none(self: Any, user: Any) -> Any:
    """Return nothing to anyone."""
    return self.none()


def count_ended_seats() -> None:
    """Count seats that have ended."""
    from partners import seats

    read = seats._read_seats

    class WithAllSeats:
        """A user whose ended seats count too."""

        def __init__(self, user: Any) -> None:
            self.is_superuser = user.is_superuser
            self.memberships = user.memberships.all()
            self.memberships.filter = lambda **conditions: self.memberships

    seats._read_seats = lambda user: read(WithAllSeats(user))


def begin(broken: Break, tests: list[str], place: int) -> int:
    """Run tests with the broken rule in a child process with its own database; return its process ID."""
    child = os.fork()
    if child:
        return child
    import pytest

    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
    SERVERS.folder = None  # the servers are running already
    os.environ["PYTEST_XDIST_WORKER"] = f"gw{place}"
    broken()
    walk_leanly()
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=--ds=tests.settings"]
    os._exit(pytest.main([*options, *tests]) != 0)


def walk_leanly() -> None:
    """Make the matrix stop at the first wrong response, and check only responses."""
    from tests import hostile, matrix, test_matrix

    def stop(self: Any, fault: str) -> None:
        raise AssertionError(fault)

    test_matrix.Faults.append = stop  # type: ignore[method-assign]
    matrix.LINES[:] = [line for line in matrix.LINES if len(set(line.answers.values())) > 1]
    for module, name, answer in ((test_matrix, "unpaired_tags", []), (hostile, "fill", set()), (hostile, "traces", [])):
        setattr(module, name, lambda *given, answer=answer: answer)


def first_tests(name: str) -> list[str]:
    """Return the tests to run first for a mutation: of roles that lose access, or of those that gain it."""
    return TOO_LITTLE + TOO_MUCH if name.endswith((": no", ": none")) else TOO_MUCH + TOO_LITTLE


def unnoticed(chosen: list[tuple[str, Break]], tests_of: Callable[[str], list[str]]) -> list[tuple[str, Break]]:
    """Return the mutations that no test finds, running as many at a time as there are CPUs."""
    waiting, survivors = list(enumerate(chosen, 1)), []
    running: dict[int, tuple[int, int, tuple[str, Break]]] = {}
    free = list(range(os.cpu_count() or 1))
    while waiting or running:
        while waiting and free:
            (number, one), place = waiting.pop(0), free.pop()
            running[begin(one[1], tests_of(one[0]), place)] = (place, number, one)
        child, status = os.wait()
        place, number, one = running.pop(child)
        free.append(place)
        noticed = os.waitstatus_to_exitcode(status) != 0
        print(f"{number}/{len(chosen)} {'noticed ' if noticed else 'SURVIVED'} {one[0]}", flush=True)
        survivors += [] if noticed else [one]
    return survivors


def main() -> int:
    """Run all mutations; return the number of survivors."""
    words = sys.argv[1:]
    os.chdir(ROOT)
    name_servers(ROOT / "var")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    SERVERS.start()
    begun = time.monotonic()
    try:
        chosen = [(name, broken) for name, broken in breaks() if not words or any(word in name for word in words)]
        if not unnoticed([("nothing: this must survive", lambda: None)], first_tests):
            print("The tests fail with nothing broken.")
            return 1
        survivors = unnoticed(chosen, first_tests)
        print(f"-- {len(survivors)} of {len(chosen)} survived the matrix; now all the other tests")
        survivors = unnoticed(survivors, lambda name: THEN)
    finally:
        SERVERS.stop()
    print(f"{len(chosen)} broken, {len(survivors)} survived, {time.monotonic() - begun:.0f} s")
    return len(survivors)


if __name__ == "__main__":
    sys.exit(main())
