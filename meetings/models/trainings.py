"""Trainings: what one is about, who took part, what they said, and whether their staff use it two months later."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from meetings.models.series import Meeting
from onestop.accounts.models import EmailedLink
from onestop.accounts.models.emailed_link import EmailedLinkQuerySet
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked
from partners.models import Partnership, Program, Representative
from partners.models.active import is_active_partner
from partners.models.visibility import any_of
from partners.seats import seats_of

MOST_STAFF = 999  # of one partner at one training


class TrainingQuerySet(models.QuerySet):
    """Trainings, by who may see them and whether they took place."""

    def visible_to(self, user: Any) -> Self:
        """Return the trainings of groups that the user sees."""
        return self.filter(meeting__group__in=Group.objects.visible_to(user).values("pk"))

    def of(self, area: Any) -> Self:
        """Return the trainings of the groups of an area."""
        return self.filter(meeting__group__in=Group.objects.of(area).values("pk"))

    def taken_place(self, at: datetime) -> Self:
        """Return those that are over, and were not canceled."""
        return self.filter(meeting__in=Meeting.objects.on_calendar().filter(ends_at__lte=at).values("pk"))

    def with_place(self) -> Self:
        """Fetch each with its meeting, series, group and area."""
        return self.select_related("meeting__series", "meeting__group__area__state", "meeting__group__state")


@tracked(parent="meeting")
class Training(models.Model):
    """What one meeting of a training series is about, who teaches, and for whom it is.

    ``recorded_at`` is when it was last counted as training of the partners' staff.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="training")
    topic = models.CharField(_("topic"), max_length=150)
    learning = models.TextField(
        _("what people learn"), blank=True, max_length=2000,
        help_text=_("What they know or can do afterwards: for example, when to refer somebody, and to whom."),
    )  # fmt: skip
    for_whom = models.CharField(
        _("who it is for"), max_length=300, blank=True, help_text=_("For example: front-desk staff, case managers.")
    )
    teacher_name = models.CharField(
        _("person who teaches"), max_length=150, blank=True,
        help_text=_("If it is not only a partner, or a person is announced."),
    )  # fmt: skip
    programs = models.ManyToManyField(Program, through="TrainingProgram", related_name="trainings", blank=True)
    teachers = models.ManyToManyField(
        Partnership, through="TrainingTeacher", related_name="trainings_taught", blank=True
    )
    recorded_at = models.DateTimeField(_("staff recorded as trained"), null=True, blank=True, editable=False)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = _("training")
        constraints = [models.CheckConstraint(condition=~Q(topic=""), name="training_has_a_topic")]

    def __str__(self) -> str:
        return self.topic

    def get_absolute_url(self) -> str:
        """Return its place on the page of the meeting."""
        return f"{self.meeting.get_absolute_url()}#training"

    @property
    def is_off(self) -> bool:
        """Whether it does not take place. Needs the meeting and its series."""
        return self.meeting.is_canceled or self.meeting.series.is_archived


@tracked(parent="training")
class TrainingProgram(models.Model):
    """A program that a training is about."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="program_links")
    program = models.ForeignKey(Program, models.PROTECT, related_name="training_links", verbose_name=_("program"))

    class Meta:
        verbose_name = _("program of a training")
        constraints = [models.UniqueConstraint(fields=["training", "program"], name="training_names_a_program_once")]

    def __str__(self) -> str:
        return str(self.program)


@tracked(parent="training")
class TrainingTeacher(models.Model):
    """A partner that teaches at a training."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="teacher_links")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="training_links", verbose_name=_("partner who teaches")
    )

    class Meta:
        verbose_name = _("partner who teaches")
        constraints = [
            models.UniqueConstraint(fields=["training", "partnership"], name="training_names_a_teacher_once")
        ]

    def __str__(self) -> str:
        return str(self.partnership)


class TrainingMaterialQuerySet(ArchivedQuerySet):
    """Materials, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the materials of groups that the user sees."""
        return self.filter(training__in=Training.objects.visible_to(user).values("pk"))


@tracked(parent="training")
class TrainingMaterial(Archivable):
    """Something to read or watch: a file, or a link."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="materials")
    title = models.CharField(_("title"), max_length=150)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    link = models.URLField(_("link"), max_length=500, blank=True)

    objects = TrainingMaterialQuerySet.as_manager()
    history_silent = ("file",)

    class Meta:
        verbose_name = _("material")
        constraints = [
            models.CheckConstraint(
                condition=Q(file=None) & ~Q(link="") | Q(file__isnull=False, link=""),
                name="material_is_a_file_or_a_link",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the place of its training on the page of the meeting."""
        return self.training.get_absolute_url()


@tracked(parent="training")
class TrainingCount(models.Model):
    """How many of a partner's staff took part in a training, as the clerk counted them; most have no seat."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="counts")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="training_counts", verbose_name=_("partner")
    )
    staff = models.PositiveSmallIntegerField(_("staff who took part"))

    class Meta:
        verbose_name = _("staff of a partner")
        constraints = [
            models.UniqueConstraint(fields=["training", "partnership"], name="staff_of_a_partner_are_counted_once"),
            models.CheckConstraint(condition=Q(staff__lte=MOST_STAFF), name="staff_of_a_partner_are_a_sensible_number"),
        ]
        indexes = [models.Index(fields=["partnership"], name="training_count_by_partner")]

    def __str__(self) -> str:
        return f"{self.partnership}: {self.staff}"


# ---------------------------------------------------------------- Feedback
class TrainingFeedbackLinkQuerySet(EmailedLinkQuerySet):
    """Links to feedback, with what decides whether they work."""

    def with_recipient(self) -> Self:
        """Fetch each with its recipient and the training."""
        return self.select_related(
            "asked_by", "user", "training__meeting__series", "training__meeting__group__area__state",
            "training__meeting__group__state",
        )  # fmt: skip


@tracked(parent="training", exclude=["nonce"])
class TrainingFeedbackLink(EmailedLink):
    """Somebody who took part and is asked two questions. It says that they answered, never what."""

    purpose, page = "meetings.training_feedback", "meetings:feedback_by_link"
    ANSWERED = "answered"

    training = models.ForeignKey(Training, models.PROTECT, related_name="feedback_links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = TrainingFeedbackLinkQuerySet.as_manager()
    history_silent = ("asked_at", "asked_by", "email", "expires_at", "user", "opened_at", "answered_at")

    class Meta:
        verbose_name = _("link to feedback on a training")
        constraints = [
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="feedback_link_lives_a_while"),
            models.UniqueConstraint(Lower("email"), "training", name="person_is_asked_for_feedback_once"),
        ]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return self.user

    @property
    def holds_place(self) -> bool:
        """Whether the training took place."""
        return not self.training.is_off

    def why_over(self, at: datetime) -> str:
        """Return why the link no longer works; feedback is given once, since nothing says afterwards whose it was."""
        return super().why_over(at) or (self.ANSWERED if self.answered_at else "")


class TrainingFeedback(models.Model):
    """What somebody said of a training. Nothing connects it with a person, unless they gave their name.

    It has no time and no history, which would tell whose it is.
    """

    class Useful(models.IntegerChoices):
        VERY = 5, _("Very useful")
        USEFUL = 4, _("Useful")
        SOMEWHAT = 3, _("Somewhat useful")
        HARDLY = 2, _("Hardly useful")
        NOT = 1, _("Not useful")

    training = models.ForeignKey(Training, models.PROTECT, related_name="feedback")
    useful = models.PositiveSmallIntegerField(_("was it useful"), choices=Useful)
    different = models.TextField(_("what will you do differently"), blank=True, max_length=1000)
    name = models.CharField(_("name"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("feedback on a training")
        constraints = [
            models.CheckConstraint(condition=Q(useful__range=(1, 5)), name="feedback_is_one_to_five"),
        ]
        indexes = [models.Index(fields=["training"], name="feedback_by_training")]

    def __str__(self) -> str:
        return str(self.get_useful_display())


# ---------------------------------------------------------------- Two months later
class TrainingFollowUpQuerySet(models.QuerySet):
    """Follow-ups, by who may see them and whether they wait."""

    def visible_to(self, user: Any) -> Self:
        """Return those of groups that the user sees, and those of the person's own partners."""
        of_groups = Q(training__in=Training.objects.visible_to(user).values("pk"))
        return self.filter(any_of(of_groups, partnership_id__in=seats_of(user).partnership_ids))

    def waiting(self) -> Self:
        """Return those without an answer, of partners that are still partners, after trainings that took place."""
        held = Meeting.objects.on_calendar().values("pk")
        active = is_active_partner("partnership")
        return self.filter(active, answered_at=None, training__meeting__in=held)


@tracked(parent="training")
class TrainingFollowUp(models.Model):
    """The question to a partner some weeks after a training: do your staff use it? The last answer counts."""

    class Uses(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    class Via(models.TextChoices):
        PAGE = "page", _("Signed in")
        LINK = "link", _("Personal link")

    training = models.ForeignKey(Training, models.PROTECT, related_name="follow_ups")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="training_follow_ups", verbose_name=_("partner")
    )
    asked_on = models.DateField(_("asked"))
    uses = models.CharField(_("do your staff use it"), max_length=10, choices=Uses, blank=True)
    comment = models.TextField(_("comment"), blank=True, max_length=1000)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_name = models.CharField(_("answered by"), max_length=150, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    via = models.CharField(_("how it came"), max_length=10, choices=Via, blank=True)

    objects = TrainingFollowUpQuerySet.as_manager()
    history_silent = ("answered_at", "answered_by", "via")

    class Meta:
        verbose_name = _("follow-up of a training")
        constraints = [
            models.UniqueConstraint(fields=["training", "partnership"], name="partner_is_asked_once_about_a_training"),
            models.CheckConstraint(
                condition=Q(uses="", answered_at=None) | ~Q(uses="") & Q(answered_at__isnull=False),
                name="follow_up_is_dated_when_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["partnership"], name="follow_up_waiting", condition=Q(answered_at=None)),
            models.Index(fields=["training"], name="follow_up_by_training"),
        ]

    def __str__(self) -> str:
        return str(self.partnership)

    def get_absolute_url(self) -> str:
        """Return the page where it is answered."""
        return reverse("meetings:follow_up_answer", args=[self.pk])


class TrainingFollowUpLinkQuerySet(EmailedLinkQuerySet):
    """Links to follow-ups, with what decides whether they work."""

    def with_recipient(self) -> Self:
        """Fetch each with its recipient, the training and the partner."""
        return self.select_related(
            "asked_by", "user", "representative", "follow_up__partnership__organization",
            "follow_up__partnership__area", "follow_up__training__meeting__series",
            "follow_up__training__meeting__group__area__state", "follow_up__training__meeting__group__state",
        )  # fmt: skip


@tracked(parent="follow_up", exclude=["nonce"])
class TrainingFollowUpLink(EmailedLink):
    """A representative of the partner, and the link by which they answer for it."""

    purpose, page = "meetings.training_follow_up", "meetings:follow_up_by_link"

    follow_up = models.ForeignKey(TrainingFollowUp, models.PROTECT, related_name="links")
    representative = models.ForeignKey(Representative, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = TrainingFollowUpLinkQuerySet.as_manager()
    history_silent = ("asked_at", "asked_by", "email", "expires_at", "user", "representative")

    class Meta:
        verbose_name = _("link to a follow-up of a training")
        constraints = [
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="follow_up_link_lives_a_while"),
            models.UniqueConstraint(Lower("email"), "follow_up", name="person_is_asked_once_for_a_partner"),
        ]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return self.user

    @property
    def holds_place(self) -> bool:
        """Whether the person still represents the partner, and the partner still is one."""
        partnership = self.follow_up.partnership
        is_partner = partnership.status == Partnership.Status.ACTIVE and not partnership.is_archived
        return is_partner and not self.representative.is_archived and not self.follow_up.training.is_off
