"""Caps on infrastructure contributions in the State funding mechanism (20 CFR 678.738(c)), as information.

They do not apply to shares that partners agree on: the local mechanism has no caps but a program's own limits on
administrative costs (20 CFR 678.720). Percents are of the funds that a State received for a program.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.cost_sharing import to_the_cent
from partners.models import Program

FROM_YEAR = 2020  # the last step of the caps: program year 2020 and later (20 CFR 678.738(c)(3)(iv))


@dataclass(frozen=True)
class Cap:
    """The most that a program contributes, in percent of its funds, with its place in the rule."""

    percent: Decimal
    funds: str | Promise
    law: str


TITLE_I = Cap(Decimal("3"), _("WIOA title I youth, adult, dislocated worker and Wagner-Peyser funds"), "678.738(c)(1)")
VR = Cap(Decimal("1.5"), _("vocational rehabilitation funds, from program year 2020 on"), "678.738(c)(3)")
TANF = Cap(
    Decimal("1.5"), _("TANF funds spent on work, education and training, and their administration"), "678.738(c)(4)"
)
CSBG = Cap(Decimal("1.5"), _("CSBG funds spent on employment and training, and their administration"), "678.738(c)(5)")
OTHERS = Cap(Decimal("1.5"), _("funds of the program"), "678.738(c)(2)")
BY_PROGRAM = {
    "title-i-adult": TITLE_I,
    "title-i-dislocated-worker": TITLE_I,
    "title-i-youth": TITLE_I,
    "wagner-peyser": TITLE_I,
    "vocational-rehabilitation": VR,
    "tanf": TANF,
    "csbg": CSBG,
}
NEGOTIATED = {"native-american"}  # outside the State mechanism (20 CFR 678.730(c)(1))


def cap_of(program: Program) -> Cap | None:
    """Return the cap of a required program; ``None`` for others, and for Native American programs."""
    if not program.is_required or program.code in NEGOTIATED:
        return None
    return BY_PROGRAM.get(program.code, OTHERS)


def caps_of(programs: Iterable[Program]) -> list[tuple[Program, Cap]]:
    """Return the required programs among some, with their caps."""
    return [(program, cap) for program in programs if (cap := cap_of(program))]


def most(funds: Decimal, percent: Decimal, *, agreed: Decimal = Decimal(0)) -> Decimal:
    """Return the cap of a program in dollars, half a cent up: P x F - u x (P x F) (20 CFR 678.738(b)(3)).

    ``agreed`` is the part (0 to 1) of its use in areas that did agree, which lowers the cap of the rest.

    :raises ValueError: if the funds or the percent are negative, or the part is not between 0 and 1.
    """
    if funds < 0 or percent < 0 or not 0 <= agreed <= 1:
        raise ValueError("Funds and percents are not negative, and a part is between 0 and 1.")
    whole = funds * percent / 100
    return to_the_cent(whole - agreed * whole)
