"""Forms for the coverage of an area: decisions on programs, and access to them in a center."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.coverage.decisions import (
    ACCESS_FACTS,
    AGREEMENT_FACTS,
    DECISION_FACTS,
    EMPTY,
    FACTS_OF_MODE,
    MISSING,
    TANF,
)
from partners.models import Center, LocalArea, Partnership, Program, ProgramAccess, ProgramDecision
from partners.models.partnerships import PartnershipQuerySet

Mode = ProgramAccess.Mode
Kind = ProgramDecision.Kind
KIND_HELP = {
    "agreement": _("Another organization gives people access to the program, by an agreement with it."),
    "not_carried_out": _("No entity receives or administers its funds in this area (20 CFR 678.415(a))."),
    "exempted": _(
        "The Governor has notified the Secretaries of Labor and of Health and Human Services in writing "
        "(20 CFR 678.405(b))."
    ),
}
MODE_HELP = {
    "staff": _(
        "Program staff are in the center. If they come on fixed weekdays, add them to the schedule instead: "
        "it counts as access."
    ),
    "trained": _("Staff of another partner are in the center and were trained to give information about this program."),
    "linkage": _(
        "In the center, people speak with program staff in real time, within a reasonable time. A phone number, a "
        "website or a pamphlet alone is not a direct linkage (20 CFR 678.305(d)(3))."
    ),
}
ACCESS_HELP = {
    "who": _(
        "Program staff: who, and on which days. Trained staff: who, and who trained them. Direct linkage: who of the "
        "program answers. Example: “the claims team's queue for centers”."
    ),
    "within_minutes": _("The usual time until a person answers. Enter 0 for immediately."),
    "trained_on": _("If you know the date."),
    "note": _("Example: where the phone or screen is. Do not include customers' personal data."),
}


GOVERNOR = "The Governor"  # no translation: stored as typed
DECIDERS = {"governor": _("The Governor"), "board": _("The workforce board"), "other": _("Someone else")}


class DecisionForm(ConflictForm):
    """A decision on a required program; only for TANF it offers the exemption, and asks who of several decided."""

    def __init__(
        self, *args: Any, program: Program, area: LocalArea, partners: PartnershipQuerySet, **kwargs: Any
    ) -> None:
        self.area = area
        fields = model_fields(
            ProgramDecision,
            DECISION_FACTS,
            labels={"decided_on": _("Decided on")},
            help_texts={
                "decided_by": _("The board or the Governor."),
                "reason": _("One or two sentences, for monitors in later years."),
                "source": _(
                    "Example: “Board minutes of Mar 12, 2026, item 4”, or the Governor's letter with its date."
                ),
            },
            widgets={"kind": forms.RadioSelect},
        )
        offered = Kind.choices if program.code == TANF else [c for c in Kind.choices if c[0] != Kind.EXEMPTED]
        offer(fields["kind"], offered)
        explain_choices(fields["kind"], KIND_HELP)
        fields["agreement_partner"] = PartnerField(
            partners, label=_("Partner in this area"), empty_label=_("Another organization"), required=False
        )
        fields["agreement_with"].label = _("Name of the other organization")
        fields["agreement_with"].help_text = _("Only if it is not a partner in this area.")
        if program.code == TANF:
            fields["decider"] = forms.ChoiceField(
                label=_("Decided by"), choices=list(DECIDERS.items()), widget=forms.RadioSelect
            )
            explain_choices(fields["decider"], {"board": area.board_name})
            fields["decided_by"].label = _("Name of who decided")
            fields["decided_by"].help_text = _("Only if you selected “Someone else”.")
            fields["decided_by"].required = False
        first = ("kind", *AGREEMENT_FACTS, "decided_on", "decider")
        names = [name for name in (*first, *DECISION_FACTS) if name in fields]
        super().__init__(*args, fields={name: fields[name] for name in names}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Take the name of who decided from the choice; only the Governor exempts a program."""
        data: dict[str, Any] = super().clean() or {}
        decider = data.get("decider")
        if decider == "other" and not data.get("decided_by"):
            self.add_error("decided_by", _("Enter the name of who decided."))
        elif decider == "governor":
            data["decided_by"] = GOVERNOR
        elif decider == "board":
            data["decided_by"] = self.area.board_name or str(DECIDERS["board"])
        if decider not in ("governor", None) and data.get("kind") == ProgramDecision.Kind.EXEMPTED:
            self.add_error("decider", _("Only the Governor can exempt TANF (20 CFR 678.405(b)). Select the Governor."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """The entered decision."""
        return self.only(DECISION_FACTS)

    @property
    def of_agreement(self) -> list[forms.BoundField]:
        """The fields of an agreement."""
        return [self[name] for name in AGREEMENT_FACTS]

    @property
    def others(self) -> list[forms.BoundField]:
        """The fields of every decision, besides its kind."""
        return [self[name] for name in self.fields if name not in ("kind", *AGREEMENT_FACTS)]


class AccessForm(ConflictForm):
    """Access in a center to a partner's program; the partner is asked only where the program has several."""

    def __init__(
        self,
        *args: Any,
        hosts: Sequence[Partnership],
        carriers: Sequence[Partnership] = (),
        centers: Sequence[Center] = (),
        **kwargs: Any,
    ) -> None:
        fields = _access_fields(hosts)
        if centers:
            ids = [center.pk for center in centers]
            fields["center"] = forms.ModelChoiceField(Center.objects.filter(pk__in=ids).order_by("name"))
        if len(carriers) > 1:
            fields["partnership"] = PartnerField(carriers, label=_("Partner"))
        names = [name for name in ("partnership", "center", *ACCESS_FACTS) if name in fields]
        super().__init__(*args, fields={name: fields[name] for name in names}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Require the fields of the selected mode, and ignore errors in the fields of other modes."""
        data: dict[str, Any] = super().clean() or {}
        for name in set(EMPTY).difference(FACTS_OF_MODE.get(data.get("mode", ""), ())):
            self.errors.pop(name, None)
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """The entered access."""
        return self.only(ACCESS_FACTS)

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields of every mode."""
        return [self[name] for name in ("partnership", "center", "mode", "who") if name in self.fields]

    @property
    def of_trained(self) -> list[forms.BoundField]:
        """The fields of trained staff."""
        return [self[name] for name in FACTS_OF_MODE[Mode.TRAINED]]

    @property
    def of_linkage(self) -> list[forms.BoundField]:
        """The fields of a direct linkage."""
        return [self[name] for name in FACTS_OF_MODE[Mode.LINKAGE]]


class PartnerField(forms.ModelChoiceField):
    """A choice among some partners, by name."""

    def __init__(self, partners: Iterable[Partnership], **kwargs: Any) -> None:
        rows = Partnership.objects.filter(pk__in=[partner.pk for partner in partners])
        super().__init__(rows.select_related("organization").order_by("organization__name"), **kwargs)


def _access_fields(hosts: Sequence[Partnership]) -> dict[str, forms.Field]:
    fields = model_fields(
        ProgramAccess,
        [name for name in ACCESS_FACTS if name != "host"],
        labels={"who": _("Who")},
        help_texts=ACCESS_HELP,
        widgets={"mode": forms.RadioSelect, "medium": forms.RadioSelect},
    )
    explain_choices(fields["mode"], MODE_HELP)
    offer(fields["mode"], ProgramAccess.Mode.choices)
    offer(fields["medium"], ProgramAccess.Medium.choices)
    explain_choices(fields["mode"], MODE_HELP)
    fields["within_minutes"].validators.append(MinValueValidator(0, _("Enter 0 or more minutes.")))
    fields["host"] = PartnerField(
        hosts, label=_("Whose staff"), help_text=_("They must be physically present in the center.")
    )
    # Required only for the selected mode: see AccessForm.clean.
    for name, words in MISSING.items():
        fields[name].required = True
        fields[name].error_messages["required"] = words
    return fields


def offer(field: Any, choices: Sequence[tuple[Any, Any]]) -> None:
    """Set the choices of a field, without a blank one."""
    field.choices = choices


def decision_facts_of(decision: ProgramDecision) -> dict[str, Any]:
    """Return the initial values of a form for a decision."""
    facts = {name: getattr(decision, name) for name in DECISION_FACTS}
    facts |= {"agreement_partner": decision.agreement_partner_id}
    known = {GOVERNOR: "governor", decision.area.board_name: "board"}
    return facts | {"decider": known.get(decision.decided_by, "other")}


def access_facts_of(access: ProgramAccess) -> dict[str, Any]:
    """Return the initial values of a form for access."""
    return {name: getattr(access, name) for name in ACCESS_FACTS} | {"host": access.host_id}
