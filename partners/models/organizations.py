"""Organizations, each recorded once in a state, and their locations."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.editing.phones import PhoneColumn
from onestop.history.tracking import tracked
from partners.models.active import is_active_partner
from partners.models.directory_triggers import OF_A_LOCATION, OF_AN_ORGANIZATION, list_named
from partners.models.places import Place, State
from partners.models.visibility import any_of, in_visible_area, is_visible_partnership
from partners.seats import seats_of

# Pages link to it, so it must not be a javascript: address.
WEBSITE_IS_OF_THE_WEB = Q(website="") | Q(website__iregex=r"^(https?|ftps?)://")


class OrganizationQuerySet(ArchivedQuerySet):
    """Organizations, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the user's own organizations, and those that are partners in an area which the user sees.

        Staff also see former partners of their area.
        """
        seats = seats_of(user)
        if seats.everything:
            return self
        partners = Organization.objects.filter(
            in_visible_area(user, "partnerships__area"), partnerships__archived_at=None
        )
        former = Organization.objects.filter(partnerships__area_id__in=seats.staff_area_ids)
        seen = [Q(pk__in=rows.values("pk")) for rows in ([partners, former] if seats.staff_area_ids else [partners])]
        return self.filter(any_of(*seen, pk__in=seats.organization_ids, state_id__in=seats.state_ids))

    def with_areas(self) -> Self:
        """Annotate ``number_of_areas`` where each is a partner, and prefetch ``current_partnerships``."""
        partnerships: Any = self.model._meta.apps.get_model("partners", "Partnership")
        current = partnerships.objects.active().select_related("area").order_by(Lower("area__name"), "pk")
        number = Count("partnerships", filter=is_active_partner("partnerships"), distinct=True)
        return self.annotate(number_of_areas=number).prefetch_related(
            Prefetch("partnerships", current, to_attr="current_partnerships")
        )


@list_named(OF_AN_ORGANIZATION, "name", "short_name")
@tracked()
class Organization(Archivable):
    """An organization, recorded once in its state for all areas that it serves."""

    class Kind(models.TextChoices):
        STATE = "state", _("State agency")
        LOCAL = "local", _("County or city agency")
        EDUCATION = "education", _("School or college")
        NONPROFIT = "nonprofit", _("Nonprofit organization")
        FAITH = "faith", _("Faith-based organization")
        TRIBAL = "tribal", _("Tribal organization")
        LABOR = "labor", _("Labor organization")
        BUSINESS = "business", _("Business")
        OTHER = "other", _("Other")

    state = models.ForeignKey(State, models.PROTECT, related_name="organizations")
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind of organization"), max_length=20, choices=Kind, blank=True)
    description = models.TextField(_("description"), blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    phone = PhoneColumn(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("email"), blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), "state", name="organization_is_known_once_in_its_state"),
            models.CheckConstraint(condition=WEBSITE_IS_OF_THE_WEB, name="organization_website_is_of_the_web"),
        ]
        indexes = [models.Index("state", Lower("name"), name="organization_by_state_and_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def organization_id(self) -> int:
        """Its own id: a thing says to which organization it belongs."""
        return self.pk


class LocationQuerySet(ArchivedQuerySet):
    """Locations, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return locations of visible organizations; those of one partnership only if it is visible too."""
        if seats_of(user).everything:
            return self
        return self.filter(
            Q(partnership=None) | is_visible_partnership(user, "partnership"),
            organization__in=Organization.objects.visible_to(user).values("pk"),
        )


@list_named(OF_A_LOCATION, "name", "city", "accessibility", "archived_at")
@tracked()
class Location(Place):
    """An organization's own location, outside the One-Stop centers, where people are served.

    With a partnership, people of that area edit it; without one, those who manage the whole organization.
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

    @property
    def state_id(self) -> int:
        """Id of the state of its organization."""
        return self.organization.state_id
