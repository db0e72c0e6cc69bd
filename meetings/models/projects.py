"""Projects of partners: how they are carried out, who takes part how closely, and what results."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.goals import Goal
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import LocalArea, Partnership, Practice
from partners.models.visibility import in_visible_area, is_current_or_kept


class ProjectQuerySet(ArchivedQuerySet):
    """Projects, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the projects of areas that the user sees; archived ones only for staff and the state."""
        return self.filter(is_current_or_kept(user), in_visible_area(user, "area"))

    def of_partner(self, partnership: Any) -> Self:
        """Return the projects that a partner leads, or takes part in."""
        pk = getattr(partnership, "pk", partnership)
        linked = ProjectPartner.objects.filter(partnership=pk).values("project")
        return self.filter(Q(lead=pk) | Q(pk__in=linked))


@tracked()
class Project(Archivable):
    """Work of several partners toward a goal, by one of three implementation frameworks."""

    class Framework(models.TextChoices):
        ONE_STOP = "one_stop", _("By One-Stop staff")
        HOSTED = "hosted", _("Within the One-Stop, by another organization")
        EXTERNAL = "external", _("By an external provider")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="projects")
    name = models.CharField(_("project"), max_length=150)
    purpose = models.TextField(_("what it is for"), blank=True, max_length=3000)
    framework = models.CharField(_("carried out"), max_length=10, choices=Framework)
    lead = models.ForeignKey(Partnership, models.PROTECT, related_name="projects_led", verbose_name=_("lead partner"))
    goal = models.ForeignKey(
        Goal, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("goal it serves")
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PLANNED)
    outcome = models.TextField(_("what came of it"), blank=True, max_length=2000)

    objects = ProjectQuerySet.as_manager()
    history_name = True

    class Meta:
        verbose_name = _("project")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="project_has_a_name"),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(first_on__lte=F("last_on")), name="project_begins_before_it_ends"
            ),
        ]
        indexes = [
            models.Index(fields=["area", "status"], name="project_by_area"),
            models.Index(fields=["goal"], name="project_by_goal"),
            models.Index(fields=["lead"], name="project_by_lead"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:project_detail", args=[self.pk])


@tracked(parent="project")
class ProjectPartner(models.Model):
    """A partner of a project, and how committed it is: by referral, by regular presence, or co-located."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="partner_links")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="project_links", verbose_name=_("partner")
    )
    commitment = models.CharField(_("commitment"), max_length=10, choices=Partnership.Commitment)
    until_on = models.DateField(_("until"), null=True, blank=True, help_text=_("If the commitment is limited in time."))
    part = models.CharField(_("what it does"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("partner of a project")
        constraints = [models.UniqueConstraint(fields=["project", "partnership"], name="project_names_a_partner_once")]
        indexes = [models.Index(fields=["partnership"], name="project_by_partner")]

    def __str__(self) -> str:
        return f"{self.partnership}: {self.get_commitment_display()}"


@tracked(parent="project")
class ProjectPractice(models.Model):
    """A practice that a project uses."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="practice_links")
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="project_links")

    class Meta:
        verbose_name = _("practice of a project")
        constraints = [models.UniqueConstraint(fields=["project", "practice"], name="project_names_a_practice_once")]

    def __str__(self) -> str:
        return str(self.practice)


@tracked(parent="project")
class ProjectTie(models.Model):
    """An agreement by which a project works, by the registry of ``partners.network.served_things``."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="ties")
    thing = models.CharField(_("linked to"), max_length=60)

    class Meta:
        verbose_name = _("link of a project")
        constraints = [models.UniqueConstraint(fields=["project", "thing"], name="project_is_linked_to_a_thing_once")]
        indexes = [models.Index(fields=["thing"], name="project_tie_by_thing")]

    def __str__(self) -> str:
        return self.thing


@tracked(parent="project")
class ProjectOutcome(Archivable):
    """Something that a project counts: people placed, credentials earned. Never anybody's name."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="outcomes")
    name = models.CharField(_("what is counted"), max_length=150)
    target = models.PositiveIntegerField(_("target"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"))

    objects = ArchivedQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome of a project")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="project_outcome_has_a_name")]
        indexes = [models.Index(fields=["project", "position"], name="project_outcome_by_project")]

    def __str__(self) -> str:
        return self.name


@tracked(parent="outcome")
class ProjectCount(models.Model):
    """How many there were until a day, since the project began."""

    outcome = models.ForeignKey(ProjectOutcome, models.CASCADE, related_name="counts")
    as_of = models.DateField(_("as of"))
    number = models.PositiveIntegerField(_("number"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("recorded"))

    history_silent = ("at", "by")

    class Meta:
        verbose_name = _("count of an outcome")
        constraints = [models.UniqueConstraint(fields=["outcome", "as_of"], name="outcome_is_counted_once_a_day")]

    def __str__(self) -> str:
        return str(self.number)
