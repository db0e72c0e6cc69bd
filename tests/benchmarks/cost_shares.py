"""What cost shares cost: python -m tests.benchmarks.cost_shares [areas] (on servers of its own).

A year of each area has 12 pools, 30 partners and four quarters. Shares are computed and stored, and ``allocate`` is
compared with a version in numpy, which must give the same cents.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

AREAS, SIZE = 590, (30, 12)
DIVISIONS = 20_000


def main(areas: int) -> None:
    """Print what the shares of so many areas cost."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    beside_numpy()
    from tests.servers import SERVERS

    SERVERS.start()
    try:
        _measure(areas)
    finally:
        SERVERS.stop()


# ---------------------------------------------------------------- allocate beside numpy
def beside_numpy() -> None:
    """Divide many amounts with both; fail if one cent differs."""
    import numpy as np

    from agreements.cost_sharing import allocate

    number = random.Random(7)
    payers = SIZE[0]
    amounts = [number.randrange(1, 9_000_000) for _ in range(DIVISIONS)]
    weights = [[number.choice([0, 1, number.randrange(1, 400_000)]) for _ in range(payers)] for _ in amounts]
    for row in weights:
        row[0] = 7
    dollars = [Decimal(amount).scaleb(-2) for amount in amounts]
    keyed = [dict(enumerate(row)) for row in weights]
    ours = _time(
        f"allocate: {DIVISIONS:,} amounts among {payers}",
        lambda: [allocate(amount, row) for amount, row in zip(dollars, keyed, strict=True)],
    )
    theirs = _time(
        "the same in numpy, all at once", lambda: allocate_all(np.array(amounts), np.array(weights))
    )  # fmt: skip
    mine = np.array([[int(part.scaleb(2)) for part in parts.values()] for parts in ours])
    assert (mine == theirs).all(), "cents differ"
    assert (mine.sum(axis=1) == np.array(amounts)).all(), "a cent is lost"
    print(f"  all {mine.size:,} shares have the same cents")


def allocate_all(cents: Any, weights: Any) -> Any:
    """Divide each amount of a column by the weights of its row: largest remainder, ties to the left; products fit."""
    import numpy as np

    total = weights.sum(axis=1, keepdims=True)
    parts, lost = np.divmod(cents[:, None] * weights, total)
    left = cents - parts.sum(axis=1)
    order = np.argsort(-lost, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(weights.shape[1])[None, :], axis=1)
    return parts + (rank < left[:, None])


# ---------------------------------------------------------------- Computed and stored
def _measure(areas: int) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    name = f"benchmark_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    before = connection.settings_dict["NAME"]
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        _run(areas)
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(areas: int) -> None:
    from django.db import transaction

    from agreements.funding.plans import shares_of
    from agreements.funding.reading import plan_of
    from agreements.funding.shares import store_shares
    from agreements.models import CostShare
    from tests import factories
    from tests.agreements.funding.generator import Size, make_plan, store_plan

    size = Size(*SIZE)
    area = factories.make_area()
    centers = [factories.make_center(area) for _ in range(size.centers)]
    partners = [factories.make_partnership(area) for _ in range(size.payers)]
    plan = make_plan(1, size)
    budgets = [store_plan(plan, factories.make_ifa(area), partners, centers) for _ in range(min(areas, 20))]
    plans = [make_plan(seed, size) for seed in range(areas)]
    found = _time(f"{areas} areas: compute", lambda: [shares_of(each) for each in plans])
    unshared = sum(len(each.unshared) for each in found)
    print(f"  {sum(len(each.rows) for each in found):,} shares; {unshared} pools cannot be shared")

    def store(number: int) -> None:
        with transaction.atomic():
            store_shares(budgets[number % len(budgets)])

    def store_all(number: int) -> None:
        for each in range(number):
            store(each)

    _time("one area: read the plan", lambda: plan_of(budgets[0]))
    _time("one area: read, compute and store", lambda: store(0))
    rows = CostShare.objects.count()
    _time(f"{areas} areas: read, compute and store, replacing what was there", lambda: store_all(areas))
    print(f"  {rows:,} shares each")


def _time(what: str, act: Callable[[], Any]) -> Any:
    begun, used = time.perf_counter(), time.process_time()
    done = act()
    print(f"{what}: {time.perf_counter() - begun:.2f} s ({time.process_time() - used:.2f} s of processor)")
    return done


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else AREAS)
