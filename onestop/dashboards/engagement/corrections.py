"""A partner asks for a correction of an act; the staff excuse it, or say why it stays."""

from datetime import datetime

from django.urls import reverse

from onestop.accounts.models import User
from onestop.dashboards.engagement.excuses import excuse_act
from onestop.dashboards.models import ActCorrection, ActExcuse
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.notify import notify
from onestop.ui.sentences import retold as _
from partners.models import Membership, Partnership, Role
from partners.network.acts import Act

ASKED, ANSWERED = "dashboards.correction_asked", "dashboards.correction_answered"
LONGEST_WHAT = 300


class CannotCorrect(Refused):
    """A correction cannot be asked for or answered; the message explains why to the user."""


@recorded
def ask_correction(partnership: Partnership, act: Act, *, text: str, by: User, at: datetime) -> ActCorrection:
    """Ask the staff to correct or excuse an act; they are told.

    :raises CannotCorrect: if it is another partner's, does not count, was asked for already, or nothing is said.
    """
    Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
    if act.partnership != partnership.pk:
        raise CannotCorrect(_("This belongs to another partner."))
    if act.excused:
        raise CannotCorrect(_("This does not count. There is nothing to correct."))
    if ActCorrection.objects.open().filter(partnership=partnership, act=act.name).exists():
        raise CannotCorrect(_("You have asked for this correction already. The staff will answer."))
    if not text.strip():
        raise CannotCorrect(_("Say what is wrong."), field="text")
    asked = ActCorrection.objects.create(
        partnership=partnership, act=act.name, what=act.what[:LONGEST_WHAT], text=text.strip(), name=by.name, by=by,
        at=at,
    )  # fmt: skip
    seats = Membership.objects.current().filter(role=Role.STAFF, area=partnership.area_id, user__is_active=True)
    for seat in seats.select_related("user").order_by("pk"):
        notify(
            ASKED,
            key=f"{ASKED}:{asked.pk}:{seat.user_id}",
            to=seat.user,
            about=[asked, partnership],
            context={"correction": asked, "partnership": partnership, "name": seat.user.name},
            why=_("You are One-Stop staff of %(area)s.") % {"area": partnership.area.name},
            path=asked.get_absolute_url(),
            zone=partnership.area.zone,
            at=at,
        )
    return asked


@recorded
def answer_correction(
    correction: ActCorrection, act: Act | None, *, answer: str, reason: str, by: User, at: datetime
) -> ActCorrection:
    """Answer a request: the act is excused, or stays as it is. Whoever asked is told.

    ``act`` is the act as it is read now; ``None`` if it is gone, and then cannot be excused.

    :raises CannotCorrect: if it was answered already, the act is gone, or the reason is missing.
    :raises CannotExcuse: if the act cannot be excused.
    """
    correction = ActCorrection.objects.select_for_update(no_key=True).get(pk=correction.pk)
    if correction.answered_at is not None:
        raise CannotCorrect(_("This was answered already."))
    if not reason.strip():
        raise CannotCorrect(_("Give a reason. The partner reads it."), field="reason")
    partnership = correction.partnership
    if answer == ActCorrection.Answer.EXCUSED:
        if act is None:
            raise CannotCorrect(_("This act no longer counts. There is nothing to excuse."), field="answer")
        if not ActExcuse.objects.standing().filter(partnership=partnership, act=correction.act).exists():
            excuse_act(partnership, act, reason=reason, by=by, at=at)
    correction.answer, correction.reason = answer, reason.strip()
    correction.answered_at, correction.answered_by = at, by
    correction.save(update_fields=["answer", "reason", "answered_at", "answered_by"])
    if correction.by and correction.by.is_active:
        notify(
            ANSWERED,
            key=f"{ANSWERED}:{correction.pk}",
            to=correction.by,
            about=[correction, partnership],
            context={"correction": correction, "partnership": partnership, "name": correction.by.name},
            why=_("You asked for this correction."),
            path=reverse("dashboards:partner_engagement", args=[partnership.pk]),
            zone=partnership.area.zone,
            at=at,
        )
    return correction


def open_corrections_of(partnership: Partnership) -> dict[str, ActCorrection]:
    """Return the requests of a partner without an answer, by the name of the act; one query."""
    return {each.act: each for each in ActCorrection.objects.open().filter(partnership=partnership)}
