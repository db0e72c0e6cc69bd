"""Who is invited to a series, what they answered, and replies that came by mail."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.models.members import GroupMember
from meetings.models.series import How, Meeting, Series
from onestop.accounts.models import EmailedLink
from onestop.accounts.models.emailed_link import EmailedLinkQuerySet
from onestop.history.tracking import tracked


class MeetingInvitationQuerySet(EmailedLinkQuerySet):
    """Invitations, by whether they still hold."""

    def with_recipient(self) -> Self:
        """Fetch each with its recipient and the series."""
        return self.select_related(
            "asked_by", "user", "member__user", "member__seat__partnership__organization", "series__group__area__state",
            "series__group__state", "series__room__center", "series__room__location",
        )  # fmt: skip

    def of_person(self, user: Any) -> Self:
        """Return those of a person with an account: by the account, or by its address."""
        return self.unrevoked().filter(Q(user=user.pk) | Q(email=user.email.lower()))


@tracked(parent="series", exclude=["nonce"])
class MeetingInvitation(EmailedLink):
    """One person invited to all meetings of a series, and the link by which they answer without an account.

    ``told_sequence`` is the SEQUENCE (RFC 5546) of the last calendar entry that they were sent.
    """

    purpose, page = "meetings.answer", "meetings:answer_by_link"

    series = models.ForeignKey(Series, models.PROTECT, related_name="invitations")
    member = models.ForeignKey(GroupMember, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    told_sequence = models.IntegerField(null=True, blank=True, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MeetingInvitationQuerySet.as_manager()
    history_silent = ("asked_at", "asked_by", "email", "expires_at", "user", "member", "told_sequence", "told_at")

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="invitation_lives_a_while"),
            models.UniqueConstraint(
                Lower("email"), "series", condition=Q(revoked_at=None), name="person_is_invited_to_a_series_once"
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="invitation_by_user", condition=Q(revoked_at=None)),
            models.Index(Lower("email"), name="invitation_by_address", condition=Q(revoked_at=None)),
        ]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return self.user


class Given(models.TextChoices):
    """What somebody answers to an invitation."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    MAYBE = "maybe", _("Maybe")
    ALTERNATE = "alternate", _("Someone else comes")


@tracked(parent="series")
class Answer(models.Model):
    """The latest answer of one person to one meeting, or to all of a series.

    ``for_start`` is the start of the meeting as it was answered: an answer to a time that has changed since no longer
    counts. An answer to all meetings counts for those that take place when the rule says.
    """

    class Via(models.TextChoices):
        PAGE = "page", _("Signed in")
        LINK = "link", _("Personal link")
        MAIL = "mail", _("Their calendar")
        STAFF = "staff", _("Recorded by staff")

    series = models.ForeignKey(Series, models.PROTECT, related_name="answers")
    invitation = models.ForeignKey(MeetingInvitation, models.PROTECT, related_name="answers")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="answers")
    answer = models.CharField(_("answer"), max_length=10, choices=Given)
    how = models.CharField(_("takes part"), max_length=10, choices=How, blank=True)
    alternate_name = models.CharField(_("who comes"), max_length=150, blank=True)
    alternate_email = models.EmailField(_("email of who comes"), max_length=254, blank=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    via = models.CharField(_("how it came"), max_length=10, choices=Via)
    at = models.DateTimeField(_("answered"))
    sequence = models.PositiveIntegerField(default=0, editable=False)
    for_start = models.DateTimeField(null=True, blank=True, editable=False)

    history_silent = ("invitation", "alternate_email", "at", "sequence", "for_start", "via")

    class Meta:
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "meeting"], nulls_distinct=False, name="person_answers_a_meeting_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="alternate") ^ Q(alternate_name=""), name="alternate_who_comes_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(meeting=None) ^ Q(for_start__isnull=False), name="answer_to_a_meeting_names_its_start"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_answer_display())

    @property
    def is_coming(self) -> bool:
        """Whether the seat is filled: the person comes, or somebody else for them."""
        return self.answer in (Given.YES, Given.ALTERNATE)

    def counts_for(self, meeting: Meeting) -> bool:
        """Return whether it is an answer to the meeting as it is planned now. Needs the series of the meeting."""
        if self.meeting_id is None:
            return not meeting.is_moved and self.sequence >= meeting.series.timed_sequence
        return self.meeting_id == meeting.pk and self.for_start == meeting.starts_at


class ReplyQuerySet(models.QuerySet):
    """Replies by mail, by who may see them."""

    def unread(self) -> Self:
        """Return those at which the staff must look, and have not."""
        return self.filter(outcome__in=Reply.TO_READ, done_at=None)


class Reply(models.Model):
    """One reply to an invitation that came by mail (RFC 5546 REPLY or COUNTER), and what became of it.

    Nothing proves who sent a mail: a reply counts only if its address is one that we asked, and the series is that of
    the plus-address to which it came.
    """

    class Outcome(models.TextChoices):
        COUNTED = "counted", _("Counted")
        EARLIER = "earlier", _("Answers an earlier version")
        PROPOSES = "proposes", _("Proposes another time")
        STRANGER = "stranger", _("From an address that was not invited")
        UNKNOWN = "unknown", _("About a date that is not a meeting")
        OVER = "over", _("Came after the meeting")

    TO_READ = (Outcome.EARLIER, Outcome.PROPOSES, Outcome.STRANGER, Outcome.UNKNOWN)

    series = models.ForeignKey(Series, models.CASCADE, related_name="replies")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, blank=True, related_name="replies")
    address = models.CharField(_("address"), max_length=254)
    name = models.CharField(_("name"), max_length=150, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Given)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    outcome = models.CharField(_("what became of it"), max_length=10, choices=Outcome)
    proposed_at = models.DateTimeField(_("proposed time"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply by email")
        indexes = [models.Index(fields=["series", "-received_at"], name="reply_by_series")]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_answer_display()}"
