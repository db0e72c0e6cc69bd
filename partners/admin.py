"""The partner network in Django's admin, for the operator of the deployment: to look things up, and to put right
what no page can. What people do every day they do in the portal itself, where its verbs hold the rules.
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
from partners.network import areas
from partners.people.invitations import PLACES_WHOLE


class Kept(admin.ModelAdmin):
    """A row that is never deleted; links to other rows are typed as numbers, for lists of them would be endless."""

    list_per_page = 50
    show_full_result_count = False

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Ask for choices by checkboxes; Django's field for arrays fails on a value with a percent sign."""
        if isinstance(db_field, ArrayField) and (choices := db_field.base_field.choices):
            label = str(db_field.verbose_name).capitalize()
            return forms.MultipleChoiceField(
                choices=choices, label=label, required=False, widget=forms.CheckboxSelectMultiple
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: what is no longer needed is archived or ended."""
        return False

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Fetch what the list names in one query."""
        links = (field.name for field in self.opts.concrete_fields if field.is_relation)
        return [name for name in links if name in self.list_display]


class Shown(Kept):
    """A row that the admin only shows."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the portal makes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Refuse: the portal's verbs hold the rules."""
        return False


@admin.register(State)
class StateAdmin(Kept):
    """States."""

    list_display = ["code", "name", "agency_name"]
    search_fields = ["code", "name"]
    ordering = ["name"]


class LocalAreaForm(forms.ModelForm):
    """What the operator types of an area."""

    def clean_time_zone(self) -> str:
        """Refuse what is not a time zone of the IANA database."""
        name: str = self.cleaned_data["time_zone"]
        if name not in zoneinfo.available_timezones():
            raise forms.ValidationError(f"“{name}” is not a time zone, such as America/Chicago.")
        return name


@admin.register(LocalArea)
class LocalAreaAdmin(Kept):
    """Local areas. A new one begins with ``manage.py start_area``."""

    form = LocalAreaForm
    actions = ["archive", "restore"]
    list_display = ["name", "state", "slug", "board_name", "time_zone", "archived_at"]
    list_filter = ["state"]
    search_fields = ["name", "slug", "board_name"]
    ordering = ["name"]
    raw_id_fields = ["state"]

    @admin.action(description="Archive: nobody comes in any more, everything is kept")
    def archive(self, request: HttpRequest, queryset: QuerySet[LocalArea]) -> None:
        """Put the picked areas away."""
        for area in queryset:
            areas.archive_area(area, by=cast(User, request.user), at=timezone.now())

    @admin.action(description="Restore from the archive")
    def restore(self, request: HttpRequest, queryset: QuerySet[LocalArea]) -> None:
        """Take the picked areas back."""
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
    readonly_fields = ["certified_on", "accessibility_reviewed_on"]  # its reviews say these


@admin.register(CenterReview)
class CenterReviewAdmin(Shown):
    """Reviews of centers; they are recorded, and taken back, on the center's page."""

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
    """Places of organizations."""

    list_display = ["name", "organization", "city"]
    search_fields = ["name", "organization__name", "city"]
    ordering = ["name"]
    raw_id_fields = ["organization", "partnership"]


@admin.register(Partnership)
class PartnershipAdmin(Kept):
    """Partners in their areas."""

    list_display = ["organization", "area", "status", "framework", "commitment", "since"]
    list_filter = ["status", "framework", "commitment"]
    search_fields = ["organization__name", "area__name"]
    ordering = ["organization__name"]
    raw_id_fields = ["organization", "area"]


@admin.register(Program)
class ProgramAdmin(Shown):
    """The programs of the law, which the portal brings with it."""

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
        """Fetch the partner's name too."""
        return ["partnership__organization"]

    @admin.display(ordering="partnership__organization__name")
    def partner(self, service: Service) -> str:
        """Return whose service it is."""
        return service.partnership.organization.name


@admin.register(Representative)
class RepresentativeAdmin(Kept):
    """Who speaks for a partner."""

    list_display = ["name", "partner", "kind", "is_signatory", "email"]
    list_filter = ["kind", "is_signatory"]
    search_fields = ["name", "email", "partnership__organization__name"]
    ordering = ["name"]
    raw_id_fields = ["partnership", "user"]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Fetch the partner's name too."""
        return ["partnership__organization"]

    @admin.display(ordering="partnership__organization__name")
    def partner(self, person: Representative) -> str:
        """Return for whom they speak."""
        return person.partnership.organization.name


class SeatFields(Kept):
    """What seats and invitations to them have in common."""

    list_filter = ["role"]
    raw_id_fields = ["state", "area", "partnership", "organization"]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Fetch the place whatever it is."""
        return [*PLACES_WHOLE, *super().get_list_select_related(request)]


@admin.register(Membership)
class MembershipAdmin(SeatFields):
    """Seats. The operator gives the first state administrator theirs here; all others come by invitation."""

    list_display = ["user", "role", "place_label", "since", "ended_at"]
    search_fields = ["user__name", "user__email", "partnership__organization__name", "organization__name", "area__name"]
    ordering = ["-since"]
    raw_id_fields = ["user", *SeatFields.raw_id_fields]


@admin.register(Invitation)
class InvitationAdmin(SeatFields, Shown):
    """Invitations; their links stay between us and whom they are for."""

    list_display = ["email", "role", "place_label", "status", "invited_by", "last_sent_at"]
    search_fields = ["email", "name", "partnership__organization__name", "organization__name", "area__name"]
    ordering = ["-last_sent_at"]
    exclude = ["nonce"]

    def status(self, invitation: Invitation) -> str:
        """Return the label of its status."""
        return invitation.status_at(timezone.now())


# ---------------------------------------------------------------- Shown only: their pages and verbs hold the rules
class OfPartner(Shown):
    """Rows whose text names their partner."""

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Fetch the partner's name too."""
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
    """Days away, and days on which a center is closed."""

    list_display = ["first_on", "last_on", "partnership", "center", "reason", "archived_at"]
    ordering = ["-first_on"]


@admin.register(ProgramDecision)
class ProgramDecisionAdmin(Shown):
    """Programs that are on record as not carried out, or exempted."""

    list_display = ["program", "area", "kind", "decided_on", "archived_at"]
    list_filter = ["kind"]
    ordering = ["-decided_on"]


@admin.register(ProgramAccess)
class ProgramAccessAdmin(OfPartner):
    """How people get to programs at centers."""

    list_display = ["program", "center", "partnership", "mode", "archived_at"]
    list_filter = ["mode"]
    ordering = ["program", "center"]


@admin.register(Term)
class TermAdmin(Shown):
    """Terms of the common language."""

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
    """Questions by mail whether services are still right. The secret of the link is not shown."""

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
        """Leave the contents where they are: they are long."""
        return super().get_queryset(request).defer("snapshot", "changes")


@admin.register(ManualPrint)
class ManualPrintAdmin(Shown):
    """PDFs of the resource manual."""

    list_display = ["area", "status", "asked_at", "made_at", "message"]
    list_filter = ["status"]
    ordering = ["-asked_at"]
    exclude = ["snapshot"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ManualPrint]:
        """Leave the contents where they are: they are long."""
        return super().get_queryset(request).defer("snapshot")


@admin.register(Synonym)
class SynonymAdmin(Shown):
    """Words by which the directory finds what is called differently; they come from programs and approved terms."""

    list_display = ["wording", "also", "area"]
    search_fields = ["wording"]
    ordering = ["wording"]
