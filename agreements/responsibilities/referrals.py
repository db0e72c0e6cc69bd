"""The ways of referral that partners promised, for the resource manual."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from agreements.models import Promise
from agreements.responsibilities.reading import owed
from partners.manual.partner_facts import register_facts


def referrals_of(partnerships: Collection[int], today: date) -> Mapping[int, Sequence[str]]:
    """Return the ways of referral in agreements in force, each with the number of its agreement; one query."""
    rows = owed(today).filter(kind=Promise.Kind.REFERRAL, party__partnership__in=partnerships)
    found: dict[int, list[str]] = defaultdict(list)
    for partnership, text, number in rows.order_by("agreement__number", "pk").values_list(
        "party__partnership", "text", "agreement__number"
    ):
        found[partnership].append(_("%(way)s (%(agreement)s)") % {"way": text, "agreement": number})
    return found


register_facts("referrals", referrals_of)
