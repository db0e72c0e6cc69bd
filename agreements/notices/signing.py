"""Notices about signing, and the reminders to those who were asked and have not answered."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy

from agreements.models import SignatureRequest, SigningLink
from agreements.notices import examples
from agreements.signing import opening, telling
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import Role
from partners.notices.audiences import is_staff, seated_in
from partners.notices.notice_types import holds_a_seat
from partners.people import contacts

UNSIGNED = "agreements.unsigned"
SIGNER, STAFF = "signer", "staff"
CIRCLES = {SIGNER: gettext_lazy("the person who is to sign"), STAFF: gettext_lazy("the One-Stop staff of the area")}

notice_types.declare(
    NoticeType(
        opening.ASKED,
        gettext_lazy("Agreements to sign"),
        gettext_lazy("You are asked to sign an agreement."),
        Reason.TRANSACTIONAL,
        template="agreement_sign",
        goes_to=gettext_lazy("The holder of each office that signs, or the person who signs for them."),
        is_for=holds_a_seat,
        example=examples.signing,
    ),
    NoticeType(
        opening.REMINDED,
        gettext_lazy("Reminders to sign"),
        gettext_lazy("You were asked to sign an agreement and have not answered."),
        Reason.NUDGE,
        template="agreement_sign_reminder",
        goes_to=gettext_lazy("The person who was asked to sign."),
        is_for=holds_a_seat,
        example=examples.signing,
    ),
    NoticeType(
        UNSIGNED,
        gettext_lazy("Signature still missing"),
        gettext_lazy("Someone was reminded to sign an agreement, and has not."),
        Reason.NUDGE,
        template="agreement_unsigned",
        goes_to=gettext_lazy("The One-Stop staff of the area."),
        is_for=is_staff,
        example=examples.signing,
    ),
    NoticeType(
        telling.DECLINED,
        gettext_lazy("Signature declined"),
        gettext_lazy("Someone does not sign an agreement, and says why."),
        Reason.TRANSACTIONAL,
        template="agreement_declined",
        goes_to=gettext_lazy("The One-Stop staff of the area."),
        is_for=is_staff,
        example=examples.signing,
    ),
    NoticeType(
        telling.DELEGATED,
        gettext_lazy("Signature delegated"),
        gettext_lazy("Someone names another person who is to sign an agreement; the staff confirm it."),
        Reason.TRANSACTIONAL,
        template="agreement_delegated",
        goes_to=gettext_lazy("The One-Stop staff of the area."),
        is_for=is_staff,
        example=examples.signing,
    ),
    NoticeType(
        telling.VOIDED,
        gettext_lazy("Agreement taken back"),
        gettext_lazy("An agreement that was out for signature was taken back before all had signed."),
        Reason.TRANSACTIONAL,
        template="agreement_voided",
        goes_to=gettext_lazy("Everyone who was asked to sign it."),
        is_for=holds_a_seat,
        example=examples.signing,
    ),
    NoticeType(
        telling.EXECUTED,
        gettext_lazy("Agreement signed by all"),
        gettext_lazy("All parties have signed an agreement, and the sealed PDF is ready."),
        Reason.TRANSACTIONAL,
        template="agreement_executed",
        goes_to=gettext_lazy("Everyone who signed it, and the One-Stop staff of the area."),
        is_for=holds_a_seat,
        example=examples.signing,
    ),
)


# ---------------------------------------------------------------- Reminders
def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each signature for which somebody was asked and has not answered; three queries for all areas."""
    open_links = SigningLink.objects.unrevoked().with_recipient().filter(
        request__status=SignatureRequest.Status.OPEN, request__sending__voided_at=None, expires_at__gt=at
    )  # fmt: skip
    links = list(open_links.defer("request__sending__document__body").order_by("pk"))
    staff = seated_in(Role.STAFF, {link.agreement.area_id for link in links})
    for link in links:
        request, area = link.request, link.agreement.area
        yield ReminderSubject(
            key=f"{request.pk}:{link.email}:{request.opened_at:%Y-%m-%d}",
            since=link.asked_at,
            about=[request, link.agreement],
            people={SIGNER: [contacts.person_at(link.email, link.user)], STAFF: staff.get(area.pk, [])},
            scope=area,
            facts={"link": link},
        )


def _build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    link: SigningLink = subject.facts["link"]
    request, agreement = link.request, link.agreement
    context = {"agreement": agreement, "request": request, "sending": request.sending, "link": link}
    about = [request, agreement]
    if step.whom == STAFF:
        opened_on = request.opened_at or link.asked_at
        return Message(
            kind=UNSIGNED,
            key="",
            to=person,
            about=about,
            context={**context, "person": link.name, "opened_on": opened_on.astimezone(agreement.area.zone).date()},
            why=_("You are One-Stop staff of %(area)s.") % {"area": agreement.area},
            path=f"{agreement.get_absolute_url()}#signatures",
            zone=agreement.area.zone,
        )
    return Message(
        kind=opening.REMINDED,
        key="",
        to=person,
        about=about,
        context={**context, "next": _what_follows(link, following)},
        why=opening.why_of(request),
        path=opening.path_of(link),
        zone=agreement.area.zone,
    )


def _what_follows(link: SigningLink, following: Next | None) -> str:
    if following is None:
        return ""
    on = {"date": day(following.at.astimezone(link.agreement.area.zone).date(), "plain")}
    if following.whom == STAFF:
        return _("If you have not signed by %(date)s, we will tell the One-Stop staff.") % on
    return _("If you have not signed by %(date)s, we will remind you again.") % on


# Four emails about one signature at most: the request, two reminders, and one to the staff.
SIGN = Reminder(
    opening.REMINDED,
    gettext_lazy("Signature asked for"),
    gettext_lazy("Reminds whoever was asked to sign an agreement, then tells the staff; then it stops."),
    circles=CIRCLES,
    steps=[Step(5, SIGNER), Step(12, SIGNER), Step(19, STAFF)],
    open_matters=subjects_of,
    build=_build,
)
reminders.register(SIGN)
