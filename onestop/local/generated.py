"""Generate a network of any size, for measuring: each app may have a module ``sample.generated``.

The same seed generates the same network: the content of an area depends on the seed and its number only.
"""

import random
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import module_has_submodule

SYLLABLES = (
    "ba", "den", "fol", "gra", "hal", "ker", "lin", "mor", "nel", "os", "pem", "rud", "sel", "tan", "ul", "ver", "wil",
    "yor",
)  # fmt: skip


class CannotGenerate(Exception):
    """There is a generated network already; the message says so."""


@dataclass(frozen=True)
class Size:
    """How much to generate: areas, and in each of them partners and services."""

    areas: int
    partners: int
    services: int
    seed: int = 1

    def dice(self, *of: object) -> random.Random:
        """Return a source of random choices, the same for the same seed and the same thing."""
        return random.Random(":".join(map(str, (self.seed, *of))))  # noqa: S311  # not for secrets


def invented_name(dice: random.Random) -> str:
    """Return the name of a place that does not exist: "Morgravel"."""
    return "".join(dice.sample(SYLLABLES, 3)).title()


@transaction.atomic
def generate(size: Size, *, today: date) -> dict[str, int]:
    """Generate the data of every app, dated back from a day; return the numbers of rows by what they are.

    :raises CannotGenerate: if there is a generated network already.
    """
    made: dict[str, int] = {}
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "sample"):
            sample = import_module(f"{config.name}.sample")
            if module_has_submodule(sample, "generated"):
                made |= import_module(f"{config.name}.sample.generated").generate(size, today=today)
    return made
