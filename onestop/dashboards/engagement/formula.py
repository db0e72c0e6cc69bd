"""The weights of the score: those of the kinds of acts, or those that an area has set, version by version."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.dashboards.models import EngagementFormula
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from partners.models import LocalArea
from partners.network.acts import act_kinds

MOST = 10  # the highest weight


class CannotChangeWeights(Refused):
    """The weights cannot be set like this; the message explains why to the user."""


def usual_weights() -> dict[str, int]:
    """Return the weights that hold where nobody has set others."""
    return {kind.code: kind.weight for kind in act_kinds()}


def formulas_of(area: LocalArea | int) -> Any:
    """Return the versions of an area's formula, the newest first."""
    return EngagementFormula.objects.filter(area=area).order_by("-number")


def weights_by(formula: EngagementFormula | None) -> dict[str, int]:
    """Return the weights of a version; a kind that it does not name has its usual weight."""
    usual = usual_weights()
    if formula is None:
        return usual
    return usual | {code: int(weight) for code, weight in formula.weights.items() if code in usual}


def weights_of(area: LocalArea | int) -> dict[str, int]:
    """Return the weights that hold in an area; one query."""
    return weights_by(formulas_of(area).first())


def weights_in(areas: Collection[LocalArea]) -> dict[int, dict[str, int]]:
    """Return the weights that hold in each area, by its id; one query."""
    newest = EngagementFormula.objects.filter(area__in=areas).order_by("area", "-number").distinct("area")
    known = {formula.area_id: formula for formula in newest}
    return {area.pk: weights_by(known.get(area.pk)) for area in areas}


@recorded
def set_weights(
    area: LocalArea, weights: Mapping[str, int], *, reason: str, before: int = -1, by: User | None, at: datetime
) -> EngagementFormula:
    """Let an area score its partners by other weights; the versions before stay.

    :raises CannotChangeWeights: if none is more than zero or too high, nothing changes, the reason is missing, or
        somebody has set others since version ``before`` (0 is that of nobody).
    """
    # Lock: two versions at once must not get the same number.
    LocalArea.objects.select_for_update(no_key=True).get(pk=area.pk)
    last = formulas_of(area).first()
    number = last.number if last else 0
    if before not in (-1, number):
        raise CannotChangeWeights(_("Someone else has changed the weights. Compare them with yours, then save again."))
    known = {code: weight for code, weight in weights.items() if code in usual_weights()}
    if any(not 0 <= weight <= MOST for weight in known.values()):
        raise CannotChangeWeights(_("Each weight is from 0 to %(most)d.") % {"most": MOST})
    merged = weights_by(last) | known
    if not any(merged.values()):
        raise CannotChangeWeights(_("At least one kind needs a weight of more than 0."))
    if merged == weights_by(last):
        raise CannotChangeWeights(_("These weights hold already."))
    if not reason.strip():
        raise CannotChangeWeights(_("Say why the weights change."), field="reason")
    return EngagementFormula.objects.create(
        area=area, number=number + 1, weights=merged, reason=reason.strip(), by=by, at=at
    )
