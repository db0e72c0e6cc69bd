"""Agencies, each known once in the whole state, and where they sit."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Lower

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models.directory_triggers import OF_A_LOCATION, OF_AN_ORGANIZATION, list_named
from partners.models.places import LocalArea, Place, State
from partners.seats import seats_of

# Pages link to it: an address that runs as a script is none.
WEBSITE_IS_OF_THE_WEB = Q(website="") | Q(website__iregex=r"^(https?|ftps?)://")


class OrganizationQuerySet(ArchivedQuerySet):
    """Organizations, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the user's own organizations, and those that are partners in an area which the user sees.

        Staff also see those that were partners in their area.
        """
        seats = seats_of(user)
        if seats.everything:
            return self
        partners = Organization.objects.filter(
            partnerships__archived_at=None, partnerships__area__in=LocalArea.objects.visible_to(user).values("pk")
        )
        former = Organization.objects.filter(partnerships__area_id__in=seats.staff_area_ids)
        return self.filter(
            Q(pk__in=seats.organization_ids)
            | Q(state_id__in=seats.state_ids)
            | Q(pk__in=partners.values("pk"))
            | Q(pk__in=former.values("pk"))
        )

    def with_areas(self) -> Self:
        """Add in how many areas each is a partner (``number_of_areas``), and where (``current_partnerships``)."""
        partnerships: Any = self.model._meta.apps.get_model("partners", "Partnership")
        current = partnerships.objects.current().select_related("area").order_by(Lower("area__name"), "pk")
        number = Count("partnerships", filter=Q(partnerships__archived_at=None), distinct=True)
        return self.annotate(number_of_areas=number).prefetch_related(
            Prefetch("partnerships", current, to_attr="current_partnerships")
        )


@list_named(OF_AN_ORGANIZATION, "name", "short_name")
@tracked()
class Organization(Archivable):
    """An agency, known once in the whole state whatever number of areas it serves."""

    class Kind(models.TextChoices):
        STATE = "state", "State agency"
        LOCAL = "local", "County or city agency"
        EDUCATION = "education", "School or college"
        NONPROFIT = "nonprofit", "Nonprofit organization"
        FAITH = "faith", "Faith-based organization"
        TRIBAL = "tribal", "Tribal organization"
        LABOR = "labor", "Labor organization"
        BUSINESS = "business", "Business"
        OTHER = "other", "Other"

    state = models.ForeignKey(State, models.PROTECT, related_name="organizations")
    name = models.CharField(max_length=200)
    short_name = models.CharField("short name", max_length=60, blank=True)
    kind = models.CharField("kind of organization", max_length=20, choices=Kind, blank=True)
    description = models.TextField("what they do", blank=True)
    website = models.URLField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField("e-mail", blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), "state", name="organization_is_known_once_in_its_state"),
            models.CheckConstraint(condition=WEBSITE_IS_OF_THE_WEB, name="organization_website_is_of_the_web"),
        ]
        indexes = [models.Index("state", Lower("name"), name="organization_by_state_and_name")]

    def __str__(self) -> str:
        return self.name


class LocationQuerySet(ArchivedQuerySet):
    """Locations, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return locations of the organizations that the user sees; those of one partnership with that partnership."""
        if seats_of(user).everything:
            return self
        partnerships: Any = self.model._meta.apps.get_model("partners", "Partnership")
        return self.filter(
            Q(partnership=None) | Q(partnership__in=partnerships.objects.visible_to(user).values("pk")),
            organization__in=Organization.objects.visible_to(user).values("pk"),
        )


@list_named(OF_A_LOCATION, "name", "city", "accessibility", "archived_at")
@tracked()
class Location(Place):
    """A place of an organization's own, outside the One-Stop centers, where people are served.

    With a partnership it is kept by the people of that area; without one by who keeps the whole organization.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="locations")
    partnership = models.ForeignKey(
        "partners.Partnership", models.PROTECT, null=True, blank=True, related_name="own_locations"
    )

    objects = LocationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "organization",
                "partnership",
                nulls_distinct=False,
                name="location_name_is_unique_in_its_organization",
            )
        ]
