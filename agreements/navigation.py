"""Navigation entries of agreements."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onestop.ui import navigation
from onestop.ui.navigation import Entry, Page
from partners.rules import may


def reads_compliance(request: HttpRequest) -> bool:
    """Whether the person may view the compliance sheet of this area."""
    area = getattr(request, "area", None)
    return area is not None and may(request.user, "agreements.view_compliance", area)


def sees_money_approvers(request: HttpRequest) -> bool:
    """Whether the person may view who approves money in this area."""
    area = getattr(request, "area", None)
    return area is not None and may(request.user, "agreements.view_money_approvers", area)


navigation.add(
    Entry(
        _("Agreements"),
        icon="file-earmark-text",
        name="agreements:agreement_list",
        group="Working together",  # no translation: the key
        order=10,
        in_area=True,
        marks=("agreements:",),
        pages=(
            Page(_("List"), name="agreements:agreement_list", in_area=True),
            Page(_("By state"), name="agreements:board", in_area=True),
            Page(_("Timeline"), name="agreements:timeline", in_area=True),
            Page(_("Compliance"), name="agreements:compliance", in_area=True, who=reads_compliance),
            Page(_("Responsibilities"), name="agreements:responsibility_list", in_area=True),
            Page(_("Money approvers"), name="agreements:money_approvers", in_area=True, who=sees_money_approvers),
        ),
    ),
)
