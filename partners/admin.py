"""The partner network in Django's admin site, for the operator of the deployment.

The operator looks things up here and corrects what no page can. Daily work is done in the portal, where verbs check
the rules.
"""

import zoneinfo
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.accounts.models import User
from partners.models import (
    Absence,
    Center,
    CenterReview,
    ConfirmationRequest,
    Invitation,
    LocalArea,
    Location,
    ManualEdition,
    ManualPrint,
    Membership,
    Organization,
    Partnership,
    Practice,
    Presence,
    Program,
    ProgramAccess,
    ProgramDecision,
    Proposal,
    Representative,
    Service,
    State,
    Synonym,
    Term,
)
from partners.models.invitations import OUTCOMES
from partners.network import areas
from partners.people.invitations import PLACES_WHOLE


class Kept(admin.ModelAdmin):
    """Rows that are never deleted; relations are typed as ids, because selects of them would be too long."""

    list_per_page = 50
    show_full_result_count = False

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Use checkboxes for arrays of choices; Django's array field fails on a value with a percent sign."""
        if isinstance(db_field, ArrayField) and (choices := db_field.base_field.choices):
            label = str(db_field.verbose_name).capitalize()
            return forms.MultipleChoiceField(
                choices=choices, label=label, required=False, widget=forms.CheckboxSelectMultiple
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse, because rows are archived or ended instead."""
        return False

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Fetch the relations in the list in one query."""
        links = (field.name for field in self.opts.concrete_fields if field.is_relation)
        return [name for name in links if name in self.list_display]


class Shown(Kept):
    """Rows that are read-only in the admin site."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse, because the portal creates them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse, because the verbs of the portal check the rules."""
        return False


@admin.register(State)
class StateAdmin(Kept):
    """States."""

    list_display = ["code", "name", "agency_name"]
    search_fields = ["code", "name"]
    ordering = ["name"]


class LocalAreaForm(forms.ModelForm):
    """The form of an area for the operator."""

    def clean_time_zone(self) -> str:
        """Refuse names that are not in the IANA time zone database."""
        name: str = self.cleaned_data["time_zone"]
        if name not in zoneinfo.available_timezones():
            message = gettext("“%(name)s” is not a time zone. Example: America/Chicago.")
            raise forms.ValidationError(message % {"name": name})
        return name


@admin.register(LocalArea)
class LocalAreaAdmin(Kept):
    """Local areas. ``manage.py start_area`` adds a new one."""

    form = LocalAreaForm
    actions = ["archive", "restore"]
    list_display = ["name", "state", "slug", "board_name", "time_zone", "archived_at"]
    list_filter = ["state"]
    search_fields = ["name", "slug", "board_name"]
    ordering = ["name"]
    raw_id_fields = ["state"]

    @admin.action(description=_("Archive the selected areas (only the operator can open them; nothing is deleted)"))
    def archive(self, request: HttpRequest, queryset: QuerySet[LocalArea]) -> None:
        """Archive the selected areas."""
        for area in queryset:
            areas.archive_area(area, by=cast(User, request.user), at=timezone.now())

    @admin.action(description=_("Restore the selected areas"))
    def restore(self, request: HttpRequest, queryset: QuerySet[LocalArea]) -> None:
        """Restore the selected areas."""
        for area in queryset:
            areas.restore_area(area, by=cast(User, request.user), at=timezone.now())


@admin.register(Center)
class CenterAdmin(Kept):
    """One-Stop centers."""

    list_display = ["name", "area", "kind", "city", "certified_on", "accessibility_reviewed_on"]
    list_filter = ["kind"]
    search_fields = ["name", "city"]
    ordering = ["name"]
    raw_id_fields = ["area"]
    readonly_fields = ["certified_on", "accessibility_reviewed_on"]  # set by its reviews


@admin.register(CenterReview)
class CenterReviewAdmin(Shown):
    """Reviews of centers; they are recorded and removed on the center's page."""

    list_display = ["center", "kind", "held_on", "outcome", "archived_at"]
    list_filter = ["kind", "outcome"]
    search_fields = ["center__name"]
    ordering = ["-held_on"]


@admin.register(Organization)
class OrganizationAdmin(Kept):
    """Organizations."""

    list_display = ["name", "short_name", "state", "kind"]
    list_filter = ["kind", "state"]
    search_fields = ["name", "short_name"]
    ordering = ["name"]
    raw_id_fields = ["state"]


@admin.register(Location)
class LocationAdmin(Kept):
    """Locations of organizations."""

    list_display = ["name", "organization", "city"]
    search_fields = ["name", "organization__name", "city"]
    ordering = ["name"]
    raw_id_fields = ["organization", "partnership"]


@admin.register(Partnership)
class PartnershipAdmin(Kept):
    """Partnerships of organizations in areas."""

    list_display = ["organization", "area", "status", "framework", "commitment", "since"]
    list_filter = ["status", "framework", "commitment"]
    search_fields = ["organization__name", "area__name"]
    ordering = ["organization__name"]
    raw_id_fields = ["organization", "area"]


@admin.register(Program)
class ProgramAdmin(Shown):
    """Programs named in the law, which the portal creates."""

    list_display = ["name", "short_name", "group", "is_required", "legal_source"]
    list_filter = ["is_required", "group"]
    search_fields = ["name", "short_name", "code"]
    ordering = ["position"]


@admin.register(Service)
class ServiceAdmin(Kept):
    """Services."""

    list_display = ["name", "partner", "kind", "is_public", "verified_on"]
    list_filter = ["kind", "is_public"]
    search_fields = ["name", "partnership__organization__name"]
    ordering = ["name"]
    raw_id_fields = ["partnership"]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Fetch the name of the partner too."""
        return ["partnership__organization"]

    @admin.display(ordering="partnership__organization__name")
    def partner(self, service: Service) -> str:
        """Return the name of the partner."""
        return service.partnership.organization.name


@admin.register(Representative)
class RepresentativeAdmin(Kept):
    """Representatives of partners."""

    list_display = ["name", "partner", "kind", "is_signatory", "email"]
    list_filter = ["kind", "is_signatory"]
    search_fields = ["name", "email", "partnership__organization__name"]
    ordering = ["name"]
    raw_id_fields = ["partnership", "user"]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Fetch the name of the partner too."""
        return ["partnership__organization"]

    @admin.display(ordering="partnership__organization__name")
    def partner(self, person: Representative) -> str:
        """Return the name of the partner."""
        return person.partnership.organization.name


class SeatFields(Kept):
    """Common options of seats and invitations."""

    list_filter = ["role"]
    raw_id_fields = ["state", "area", "partnership", "organization"]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Fetch all kinds of places."""
        return [*PLACES_WHOLE, *super().get_list_select_related(request)]


@admin.register(Membership)
class MembershipAdmin(SeatFields):
    """Seats. The operator adds the first state administrator here; all others are invited."""

    list_display = ["user", "role", "place_label", "since", "ended_at"]
    search_fields = ["user__name", "user__email", "partnership__organization__name", "organization__name", "area__name"]
    ordering = ["-since"]
    raw_id_fields = ["user", *SeatFields.raw_id_fields]


@admin.register(Invitation)
class InvitationAdmin(SeatFields, Shown):
    """Invitations, without the secret of their links."""

    list_display = ["email", "role", "place_label", "status", "invited_by", "last_sent_at"]
    search_fields = ["email", "name", "partnership__organization__name", "organization__name", "area__name"]
    ordering = ["-last_sent_at"]
    exclude = ["nonce"]

    def status(self, invitation: Invitation) -> str:
        """Return the label of its status."""
        return str(OUTCOMES[invitation.outcome_at(timezone.now())])


# ---------------------------------------------------------------- Read-only: their pages and verbs check the rules
class OfPartner(Shown):
    """Rows whose ``__str__`` contains the name of their partner."""

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Fetch the name of the partner too."""
        return ["partnership__organization", *super().get_list_select_related(request)]


@admin.register(Presence)
class PresenceAdmin(OfPartner):
    """Hours of partners in centers."""

    list_display = ["partnership", "center", "weekday", "starts_at", "ends_at", "rhythm", "way", "archived_at"]
    list_filter = ["weekday", "way"]
    search_fields = ["partnership__organization__name", "center__name"]
    ordering = ["center__name", "weekday", "starts_at"]


@admin.register(Absence)
class AbsenceAdmin(OfPartner):
    """Absences of partners, and closings of centers."""

    list_display = ["first_on", "last_on", "partnership", "center", "reason", "archived_at"]
    ordering = ["-first_on"]


@admin.register(ProgramDecision)
class ProgramDecisionAdmin(Shown):
    """Decisions that a program is not carried out, or exempted."""

    list_display = ["program", "area", "kind", "decided_on", "archived_at"]
    list_filter = ["kind"]
    ordering = ["-decided_on"]


@admin.register(ProgramAccess)
class ProgramAccessAdmin(OfPartner):
    """Access to programs at centers."""

    list_display = ["program", "center", "partnership", "mode", "archived_at"]
    list_filter = ["mode"]
    ordering = ["program", "center"]


@admin.register(Term)
class TermAdmin(Shown):
    """Terms of the glossary."""

    list_display = ["name", "area", "status", "approved_at", "archived_at"]
    list_filter = ["status"]
    search_fields = ["name", "agreed_name"]
    ordering = ["name"]


@admin.register(Practice)
class PracticeAdmin(Shown):
    """Practices."""

    list_display = ["title", "area", "happened_on", "archived_at"]
    search_fields = ["title"]
    ordering = ["-happened_on"]


@admin.register(Proposal)
class ProposalAdmin(Shown):
    """Proposed changes to services."""

    list_display = ["service", "status", "proposed_at", "decided_at"]
    list_filter = ["status"]
    search_fields = ["service__name"]
    ordering = ["-proposed_at"]


@admin.register(ConfirmationRequest)
class ConfirmationRequestAdmin(OfPartner):
    """Requests to confirm services, without the secret of their links."""

    list_display = ["partnership", "email", "asked_at", "opened_at", "expires_at", "revoked_at"]
    search_fields = ["email", "partnership__organization__name"]
    ordering = ["-asked_at"]
    exclude = ["nonce"]


@admin.register(ManualEdition)
class ManualEditionAdmin(Shown):
    """Editions of the resource manual."""

    list_display = ["title", "area", "number", "issued_on"]
    ordering = ["-issued_on"]
    exclude = ["snapshot", "changes"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ManualEdition]:
        """Defer the contents, which are long."""
        return super().get_queryset(request).defer("snapshot", "changes")


@admin.register(ManualPrint)
class ManualPrintAdmin(Shown):
    """PDFs of the resource manual."""

    list_display = ["area", "status", "asked_at", "made_at", "message"]
    list_filter = ["status"]
    ordering = ["-asked_at"]
    exclude = ["snapshot"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ManualPrint]:
        """Defer the contents, which are long."""
        return super().get_queryset(request).defer("snapshot")


@admin.register(Synonym)
class SynonymAdmin(Shown):
    """Synonyms for the search of the directory, from approved terms."""

    list_display = ["wording", "also", "area"]
    search_fields = ["wording"]
    ordering = ["wording"]
