"""Questions between partners (technical assistance), and what was written and decided about each."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from meetings.models.members import GroupMember
from onestop.history.tracking import tracked
from partners.models import LocalArea, Partnership, Program
from partners.models.visibility import any_of, in_visible_area
from partners.seats import seats_of

MOST_WORDS = 8


def groups_of(user: Any) -> Any:
    """Return the ids of the groups to which a person belongs today."""
    today = TruncDate(Now())
    held = GroupMember.objects.current().filter(Q(last_on=None) | Q(last_on__gte=today), from_on__lte=today)
    return held.filter(user=user.pk).values("group")


class QuestionQuerySet(models.QuerySet):
    """Questions, by who may read them, whom they concern and what is to be done."""

    def visible_to(self, user: Any) -> Self:
        """Return the questions that a person may read.

        Staff and the state read all of their areas, the board all that are not private, and everybody in an area those
        that are answered and not private. Those who asked, and those who are asked, read theirs.
        """
        seats = seats_of(user)
        if seats.everything:
            return self
        if not getattr(user, "is_active", False):
            return self.none()
        shared = Q(status=Question.Status.ANSWERED, is_private=False)
        kept = {"area_id__in": seats.staff_area_ids, "area__state_id__in": seats.state_ids}
        own = {"asker_id__in": seats.partnership_ids, "to_partnership_id__in": seats.partnership_ids}
        of_board = [Q(area_id__in=seats.board_area_ids, is_private=False)] if seats.board_area_ids else []
        here = in_visible_area(user, "area") & any_of(shared, *of_board, **kept, **own)
        return self.filter(here | Q(to_group__in=groups_of(user)))

    def asked_of(self, user: Any) -> Self:
        """Return the questions that somebody of a person's organizations, groups or staff is to answer."""
        seats = seats_of(user)
        to_staff = Q(to_partnership=None, to_group=None, area_id__in=seats.staff_area_ids)
        return self.filter(
            any_of(to_staff, Q(to_group__in=groups_of(user)), to_partnership_id__in=seats.partnership_ids)
        )

    def asked_by(self, user: Any) -> Self:
        """Return the questions that a person's organizations, or the staff to whom they belong, have asked."""
        seats = seats_of(user)
        by_staff = Q(asker=None, area_id__in=seats.staff_area_ids)
        return self.filter(any_of(by_staff, asker_id__in=seats.partnership_ids))

    def open(self) -> Self:
        """Return those that are neither answered nor withdrawn."""
        return self.filter(status__in=Question.OPEN)

    def overdue(self, today: date) -> Self:
        """Return those that wait for an answer after their day."""
        return self.filter(status=Question.Status.WAITING, due_on__lt=today)

    def matching(self, words: str) -> Self:
        """Return questions that contain each of the words: in the question, its answers, or the names of partners."""
        found = self
        for word in words.split()[:MOST_WORDS]:
            answers = QuestionEntry.objects.filter(text__icontains=word, kind__in=QuestionEntry.SAID)
            names = Q(asker__organization__name__icontains=word) | Q(to_partnership__organization__name__icontains=word)
            texts = Q(subject__icontains=word) | Q(question__icontains=word)
            found = found.filter(texts | names | Q(pk__in=answers.values("question")))
        return found

    def with_names(self) -> Self:
        """Fetch each with who asked and who is asked."""
        return self.select_related(
            "area__state", "asker__organization", "to_partnership__organization", "to_group", "asked_by", "solution"
        )


@tracked()
class Question(models.Model):
    """A partner's question to another partner, to the training consortium or to the One-Stop staff.

    It belongs to the organization, not to the person: ``asker`` is empty if the staff ask. It is asked of a partner, of
    a group, or, without either, of the staff. Whoever asked decides which answer is the answer.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        REPLIED = "replied", _("Answer to review")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (Status.WAITING, Status.REPLIED)

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="questions")
    subject = models.CharField(_("subject"), max_length=150)
    question = models.TextField(_("question"), max_length=4000)
    asker = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="questions_asked", verbose_name=_("asked by")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    asked_name = models.CharField(_("person who asked"), max_length=150, editable=False)
    asked_at = models.DateTimeField(_("asked"), editable=False)
    to_partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="questions_received",
        verbose_name=_("asked of"),
    )  # fmt: skip
    to_group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("asked of the group")
    )
    due_on = models.DateField(_("answer date"))
    is_private = models.BooleanField(_("only for us"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING, editable=False)
    solution = models.ForeignKey(
        "QuestionEntry", models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("answer"),
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    proposed_on = models.DateField(_("proposed answer date"), null=True, blank=True, editable=False)
    proposed_by_asker = models.BooleanField(null=True, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    programs = models.ManyToManyField(Program, through="QuestionProgram", related_name="questions", blank=True)

    objects = QuestionQuerySet.as_manager()
    history_name = True
    history_silent = ("asked_by", "asked_at", "answered_at", "solution", "proposed_by_asker", "proposed_by")

    class Meta:
        verbose_name = _("question")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_partnership=None) | Q(to_group=None), name="question_is_asked_of_one_place"
            ),
            models.CheckConstraint(
                condition=Q(asker=None) | Q(to_partnership=None) | ~Q(asker=F("to_partnership")),
                name="question_is_not_asked_of_its_asker",
            ),
            models.CheckConstraint(
                condition=Q(status="answered", solution__isnull=False, answered_at__isnull=False)
                | ~Q(status="answered") & Q(solution=None, answered_at=None),
                name="answered_question_has_its_answer",
            ),
            models.CheckConstraint(
                condition=Q(proposed_on=None, proposed_by_asker=None, proposed_by=None)
                | Q(proposed_on__isnull=False, proposed_by_asker__isnull=False, status="waiting"),
                name="date_is_proposed_while_it_waits",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "-asked_at"], name="question_by_area"),
            models.Index(fields=["area", "due_on"], name="question_by_day", condition=Q(status="waiting")),
            models.Index(fields=["asker", "status"], name="question_by_asker"),
            models.Index(fields=["to_partnership", "status"], name="question_by_partner"),
            models.Index(fields=["to_group", "status"], name="question_by_group"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:question_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it is neither answered nor withdrawn."""
        return self.status in self.OPEN

    def is_overdue(self, today: date) -> bool:
        """Whether it waits for an answer after its day."""
        return self.status == self.Status.WAITING and self.due_on < today

    @property
    def asker_name(self) -> str:
        """The name of the partner that asked, or of the staff."""
        return self.asker.organization.name if self.asker else str(_("One-Stop staff"))

    @property
    def recipient_name(self) -> str:
        """The name of the partner or group that is asked, or of the staff."""
        if self.to_partnership:
            return self.to_partnership.organization.name
        return self.to_group.name if self.to_group else str(_("One-Stop staff"))


@tracked(parent="question")
class QuestionProgram(models.Model):
    """A program that a question is about."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="program_links")
    program = models.ForeignKey(Program, models.PROTECT, related_name="question_links")

    class Meta:
        verbose_name = _("program")
        constraints = [models.UniqueConstraint(fields=["question", "program"], name="question_names_a_program_once")]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.program_id}"


@tracked(parent="question")
class QuestionEntry(models.Model):
    """What somebody wrote or decided about a question: an answer, a further question, a new answer date."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Answer")
        FURTHER = "further", _("Further question")
        ACCEPTED = "accepted", _("Answer accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REOPENED = "reopened", _("Reopened")
        REASSIGNED = "reassigned", _("Asked of somebody else")
        DATE_PROPOSED = "date_proposed", _("New answer date proposed")
        DATE_MOVED = "date_moved", _("New answer date agreed")
        DATE_DECLINED = "date_declined", _("New answer date declined")

    SAID = (Kind.ANSWER, Kind.FURTHER, Kind.REOPENED)

    question = models.ForeignKey(Question, models.CASCADE, related_name="entries")
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    text = models.TextField(_("text"), blank=True, max_length=4000)
    on = models.DateField(_("day"), null=True, blank=True)
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organization")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("person"), max_length=150)
    at = models.DateTimeField(_("when"))

    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("entry")
        indexes = [models.Index(fields=["question", "at"], name="question_entry_in_order")]
        constraints = [
            models.CheckConstraint(condition=~Q(kind__in=["answer", "further"]) | ~Q(text=""), name="answer_has_a_text")
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_answer(self) -> bool:
        """Whether it answers the question."""
        return self.kind == self.Kind.ANSWER

    @property
    def organization_name(self) -> str:
        """The partner for which the person spoke; empty if it was the staff or somebody else."""
        return self.partnership.organization.name if self.partnership else ""
