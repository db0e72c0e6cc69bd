"""Objects of the ground: notices of the area, the inbox and the account of the manager."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.utils import timezone

from onestop.accounts.saved_views import save_view
from onestop.notices import reminders
from onestop.notices.inbound import take_mail
from onestop.notices.models import name_of
from partners.models import Proposal
from tests import factories

AFTER = ("partners",)
FOR_ALL = {"number", "later", "key"}


def build(world: Any) -> None:
    """Add a notice about a service, a saved view and a session of the manager."""
    area, manager, service = world.rows.area, world.rows.manager, world.rows.service
    reminders.register(factories.REMINDER)
    comment = factories.make_comment(Proposal.objects.get(pk=world.proposal), manager)
    answered = factories.make_notice(area)
    told = {"about": [name_of(service)], "url": f"/services/{service.pk}/", "html": "<p>Are they still right?</p>"}
    vars(world).update(
        notice=factories.make_notice(area, to=manager, **told).pk,
        reply=take_mail(factories.make_reply(to=answered), at=timezone.now()).pk,
        reminder=factories.REMINDER.code,
        told="notices.digest",
        view=save_view(manager, page=f"services:{area.slug}", title="Ours", query="mine=1").pk,
        session=UserSession.objects.create(user=manager, ip="192.0.2.1", session_key=f"{manager.pk:032}").pk,
        key="unknown",
        subject_code="proposal",
        comment=comment.pk,
        discussion=comment.discussion_id,
        number=1,
        later="tomorrow",
    )
