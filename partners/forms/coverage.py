"""Forms for the coverage of an area: what is decided of a program, and how people get to one in a center."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MinValueValidator

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.coverage.decisions import ACCESS_FACTS, DECISION_FACTS, EMPTY, FACTS_OF_MODE, MISSING, TANF
from partners.models import Center, Partnership, Program, ProgramAccess, ProgramDecision

Mode = ProgramAccess.Mode
KIND_HELP = {
    "not_carried_out": "Nobody receives or administers its funds in this area (20 CFR 678.415(a)).",
    "exempted": "The Governor has told the Secretaries of Labor and of Health and Human Services in writing "
    "(20 CFR 678.405(b)).",
}
MODE_HELP = {
    "staff": "Somebody of the program is in the center. If they come on days of the week, put that into the "
    "co-location schedule instead: it is read from there.",
    "trained": "Somebody of another partner is in the center, and was trained to tell people about this program.",
    "linkage": "In the center, people speak with a person of the program in real time, within a reasonable time. "
    "Handing out a number, a website or a leaflet is none (20 CFR 678.305(d)(3)).",
}
ACCESS_HELP = {
    "who": "Own staff: who, and on which days. Trained staff: who, trained by whom. Direct linkage: who of the program "
    "answers, such as “the claims team's queue for centers”.",
    "within_minutes": "From asking until a person answers, as it is on most days; 0 for at once.",
    "trained_on": "If you know it.",
    "note": "Such as where the phone or the screen stands. No customer's personal data.",
}


class DecisionForm(ConflictForm):
    """What is decided of a required program; for all but TANF the law knows one kind only."""

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        fields = model_fields(
            ProgramDecision,
            DECISION_FACTS,
            labels={"decided_on": "Decided on"},
            help_texts={
                "decided_by": "The board, or the Governor.",
                "reason": "In a sentence or two, for whoever monitors this years from now.",
                "source": "Such as “Board minutes of Mar 12, 2026, item 4”, or the Governor's letter with its date.",
            },
            widgets={"kind": forms.RadioSelect},
        )
        if program.code == TANF:
            offer(fields["kind"], ProgramDecision.Kind.choices)
            explain_choices(fields["kind"], KIND_HELP)
        else:
            del fields["kind"]
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """What was said."""
        return {"kind": ProgramDecision.Kind.NOT_CARRIED_OUT} | self.only(DECISION_FACTS)


class AccessForm(ConflictForm):
    """How people in a center get to a program of a partner; which partner is asked only where several carry it."""

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
            fields["partnership"] = PartnerField(carriers, label="Partner")
        names = [name for name in ("partnership", "center", *ACCESS_FACTS) if name in fields]
        super().__init__(*args, fields={name: fields[name] for name in names}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way needs, and look past what belongs to another one."""
        said: dict[str, Any] = super().clean() or {}
        for name in set(EMPTY).difference(FACTS_OF_MODE.get(said.get("mode", ""), ())):
            self.errors.pop(name, None)
        return said

    @property
    def facts(self) -> dict[str, Any]:
        """What was said of the way."""
        return self.only(ACCESS_FACTS)

    @property
    def first(self) -> list[forms.BoundField]:
        """What is asked of every way."""
        return [self[name] for name in ("partnership", "center", "mode", "who") if name in self.fields]

    @property
    def of_trained(self) -> list[forms.BoundField]:
        """What is asked where staff of another partner are trained."""
        return [self[name] for name in FACTS_OF_MODE[Mode.TRAINED]]

    @property
    def of_linkage(self) -> list[forms.BoundField]:
        """What is asked of a direct linkage."""
        return [self[name] for name in FACTS_OF_MODE[Mode.LINKAGE]]


class PartnerField(forms.ModelChoiceField):
    """One of some partners, by name."""

    def __init__(self, partners: Sequence[Partnership], **kwargs: Any) -> None:
        rows = Partnership.objects.filter(pk__in=[partner.pk for partner in partners])
        super().__init__(rows.select_related("organization").order_by("organization__name"), **kwargs)


def _access_fields(hosts: Sequence[Partnership]) -> dict[str, forms.Field]:
    fields = model_fields(
        ProgramAccess,
        [name for name in ACCESS_FACTS if name != "host"],
        labels={"who": "Who"},
        help_texts=ACCESS_HELP,
        widgets={"mode": forms.RadioSelect, "medium": forms.RadioSelect},
    )
    explain_choices(fields["mode"], MODE_HELP)
    offer(fields["mode"], ProgramAccess.Mode.choices)
    offer(fields["medium"], ProgramAccess.Medium.choices)
    explain_choices(fields["mode"], MODE_HELP)
    fields["within_minutes"].validators.append(MinValueValidator(0, "Minutes are not fewer than 0."))
    fields["host"] = PartnerField(hosts, label="Whose staff", help_text="They must be in the center themselves.")
    # Asked only where they belong to the way that is chosen: see AccessForm.clean.
    for name, words in MISSING.items():
        fields[name].required = True
        fields[name].error_messages["required"] = words
    return fields


def offer(field: Any, choices: Sequence[tuple[Any, Any]]) -> None:
    """Let a field offer these choices and no blank one."""
    field.choices = choices


def decision_facts_of(decision: ProgramDecision) -> dict[str, Any]:
    """Return what a form for a decision shows at first."""
    return {name: getattr(decision, name) for name in DECISION_FACTS}


def access_facts_of(access: ProgramAccess) -> dict[str, Any]:
    """Return what a form for a way to a program shows at first."""
    return {name: getattr(access, name) for name in ACCESS_FACTS} | {"host": access.host_id}
