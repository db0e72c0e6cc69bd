"""Practices: what partners did, what resulted, and who adopted it."""

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.db.models.functions import Cast, Lower
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models.partnerships import Partnership
from partners.models.places import LocalArea
from partners.models.programs import Program
from partners.models.visibility import in_visible_area, is_current_or_kept
from partners.seats import seats_of

SEARCHED = ("title", "situation", "did", "result", "would_change", "topic_words")
MOST_WORDS = 8
FIRST_CHECK = timedelta(days=60)  # after the adoption


class PracticeQuerySet(ArchivedQuerySet):
    """Practices by visibility and content."""

    def visible_to(self, user: Any) -> Self:
        """Return practices of the areas that the user sees; archived ones only for their editors."""
        managed = seats_of(user).managed_partnership_ids
        current = is_current_or_kept(user, told_by_id__in=managed, written_by__in=[user.pk])
        return self.filter(current, in_visible_area(user, "area"))

    def matching(self, words: str) -> Self:
        """Return practices that contain each of the words, also as a topic."""
        topics = models.Func("topics", models.Value(" "), function="array_to_string", output_field=models.TextField())
        found = self.annotate(topic_words=topics)
        for word in words.split()[:MOST_WORDS]:
            found = found.filter(reduce(or_, (Q(**{f"{column}__icontains": word}) for column in SEARCHED)))
        return found

    def with_adoptions(self) -> Self:
        """Annotate the number of adoptions as ``adopted``."""
        return self.annotate(adopted=Count("adoptions", distinct=True))

    def of_partner(self, partnership: Any) -> Self:
        """Return practices in which a partner took part, or that it adopted."""
        involved = PracticePartner.objects.filter(practice=OuterRef("pk"), partnership=partnership)
        adopted = Adoption.objects.filter(practice=OuterRef("pk"), partnership=partnership)
        return self.filter(Exists(involved) | Exists(adopted))


@tracked()
class Practice(Archivable):
    """Something that worked, described so that other partners can do it; it must not identify any customer."""

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="practices")
    title = models.CharField(max_length=150)
    situation = models.TextField(_("situation"))
    did = models.TextField(_("what we did"))
    result = models.TextField(_("result"))
    would_change = models.TextField(_("what we would change"), blank=True)
    happened_on = models.DateField(_("month"))
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    told_by = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="practices_told", verbose_name=_("shared by")
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    partners = models.ManyToManyField(Partnership, through="PracticePartner", related_name="practices", blank=True)
    programs = models.ManyToManyField(Program, through="PracticeProgram", related_name="practices", blank=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("title"), "area", name="practice_is_told_once_in_its_area"),
            models.CheckConstraint(condition=Q(happened_on__day=1), name="practice_happened_in_a_month"),
        ]

    def __str__(self) -> str:
        return self.title


@tracked(parent="practice")
class PracticePartner(models.Model):
    """A partner that took part in a practice."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="partner_links")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="practice_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "partnership"], name="practice_names_a_partner_once")
        ]

    def __str__(self) -> str:
        return f"{self.practice_id}: {self.partnership_id}"


@tracked(parent="practice")
class PracticeProgram(models.Model):
    """A program that a practice is about."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="program_links")
    program = models.ForeignKey(Program, models.PROTECT, related_name="practice_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "program"], name="practice_names_a_program_once")]

    def __str__(self) -> str:
        return f"{self.practice_id}: {self.program_id}"


class AdoptionQuerySet(models.QuerySet):
    """Adoptions, by who sees their practice and when somebody is to look whether they last."""

    def visible_to(self, user: Any) -> Self:
        """Return adoptions of current practices that the user sees."""
        return self.filter(practice__in=Practice.objects.visible_to(user).current().values("pk"))

    def with_check_day(self) -> Any:
        """Annotate the day of the next quality check as ``due``: the planned one or the first, or none.

        The first one follows from the day of the adoption, so that each adoption has one.
        """
        checked = Exists(AdoptionCheck.objects.filter(adoption=OuterRef("pk")))
        first = models.ExpressionWrapper(F("adopted_on") + FIRST_CHECK, output_field=models.DateTimeField())
        return self.annotate(
            due=Case(
                When(check_on__isnull=False, then="check_on"),
                When(checked, then=None),
                default=Cast(first, models.DateField()),
                output_field=models.DateField(),
            )
        )

    def to_check(self, today: date) -> Any:
        """Return adoptions of current partners and practices whose check is due on a day, or was before."""
        current = self.filter(practice__archived_at=None, partnership__archived_at=None)
        return current.with_check_day().filter(due__lte=today)


@tracked(parent="practice")
class Adoption(models.Model):
    """A partner that adopted a practice, with the day, a note, and when somebody looks next whether it is done.

    Without ``check_on`` the first check is due 60 days after the adoption; after a check, none is planned.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="adoptions")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="adoptions")
    adopted_on = models.DateField(_("since"))
    note = models.TextField(_("how they do it"), blank=True)
    check_on = models.DateField(_("next quality check"), null=True, blank=True, editable=False)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "partnership"], name="partner_adopts_a_practice_once")
        ]

    def __str__(self) -> str:
        return f"{self.practice_id}: {self.partnership_id}"

    @property
    def area_id(self) -> int:
        """Id of the area to which it belongs."""
        return self.partnership.area_id


@tracked(parent="adoption")
class AdoptionCheck(models.Model):
    """A quality check: some time after a partner adopted a practice, whether it is really done and whether it helps."""

    class Result(models.TextChoices):
        AS_DESCRIBED = "as_described", _("Done as described")
        CHANGED = "changed", _("Done with changes")
        NOT_DONE = "not_done", _("Not done")

    class Helps(models.TextChoices):
        YES = "yes", _("Yes")
        SOMEWHAT = "somewhat", _("Somewhat")
        NO = "no", _("No")
        TOO_EARLY = "too_early", _("Too early to say")

    HELPING = (Helps.YES, Helps.SOMEWHAT)

    adoption = models.ForeignKey(Adoption, models.CASCADE, related_name="checks")
    result = models.CharField(_("is it done"), max_length=15, choices=Result)
    helps = models.CharField(_("does it help"), max_length=10, choices=Helps)
    observed = models.TextField(_("what was observed"), max_length=2000)
    checked_on = models.DateField(_("checked on"))
    checked_name = models.CharField(_("who looked"), max_length=150)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    recorded_at = models.DateTimeField(editable=False)

    history_silent = ("recorded_by", "recorded_at")

    class Meta:
        verbose_name = _("quality check")
        constraints = [
            models.UniqueConstraint(fields=["adoption", "checked_on"], name="adoption_is_checked_once_a_day"),
            models.CheckConstraint(
                condition=~Q(result="not_done") | ~Q(helps__in=["yes", "somewhat"]),
                name="what_is_not_done_does_not_help",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()}, {self.checked_on}"
