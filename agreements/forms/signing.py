"""Forms of signing: send, take back, sign, decline, delegate, record a signature on paper."""

from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import CoSigner, Party, Sending, SignatureRequest
from agreements.signing import signatures
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField
from partners.models import Office


class SendForm(forms.Form):
    """A message to those who sign, and by when they are to sign."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(Sending, ("message", "sign_by"))
        self.fields["message"].help_text = _("It is in the email to each person who signs.")
        self.fields["sign_by"].help_text = _("Shown in the emails. Nothing ends on this day. For example, 06/15/2027.")


class VoidForm(forms.Form):
    """Why an agreement is taken back before all have signed."""

    reason = LongTextField(
        label=_("Why it is taken back"),
        max_length=500,
        help_text=_("Sent to everyone who was asked to sign."),
        error_messages={"required": _("Enter why it is taken back.")},
    )


class _WithCode(forms.Form):
    """A form that is sent by an emailed link: it ends with the code that was mailed to the same address."""

    def __init__(self, *args: Any, with_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if with_code:
            self.fields["code"] = forms.CharField(
                label=_("Code from our email"),
                max_length=20,
                help_text=_("Six digits. Request a code first; it works for 15 minutes."),
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
                error_messages={"required": _("Enter the code that we sent you by email.")},
            )


class SignForm(_WithCode):
    """The typed name and the consent to sign electronically."""

    name = forms.CharField(
        label=_("Type your full name"),
        max_length=150,
        help_text=_("No drawing is needed: your typed name counts like a signature on paper."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "op-signature"}),
        error_messages={"required": _("Type your full name.")},
    )

    def __init__(self, *args: Any, request: SignatureRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disclosure, sentence = signatures.consent_to(request)
        self.fields["consent"] = forms.BooleanField(
            label=sentence, error_messages={"required": _("Check the box, or decline to sign.")}
        )
        self.order_fields(("code", "name", "consent"))


class DeclineForm(_WithCode):
    """Why somebody does not sign."""

    reason = LongTextField(
        label=_("Why you do not sign"),
        max_length=1000,
        help_text=_("The One-Stop staff read it, and everyone who sees the agreement."),
        error_messages={"required": _("Enter why you do not sign.")},
    )


class DelegateForm(_WithCode):
    """Another person with the authority of the office."""

    name = forms.CharField(
        label=_("Full name of the person who signs"),
        max_length=150,
        error_messages={"required": _("Enter the name of the person who signs.")},
    )
    email = forms.EmailField(
        label=_("Email of that person"),
        max_length=254,
        error_messages={"required": _("Enter the email of that person.")},
    )
    authority = forms.CharField(
        label=_("Authority to sign"),
        max_length=300,
        help_text=_("What gives this person the right to sign in your place, such as a resolution or a bylaw."),
        error_messages={"required": _("Say what gives this person the right to sign.")},
    )


class ScanForm(forms.Form):
    """A signature on paper: who signed, when, and the scan."""

    name = forms.CharField(label=_("Who signed"), max_length=150, error_messages={"required": _("Enter who signed.")})
    signed_on = forms.DateField(
        label=_("Date on the paper"),
        help_text=_("For example, 06/15/2027."),
        error_messages={"required": _("Enter the date on the paper.")},
    )
    scan = StoredFileField("agreements.scan", label=_("Scan of the signed page"))
    vouches = forms.BooleanField(
        label=_("I have seen the signed page, and it belongs to the text that was sent."),
        help_text=_("Your name is recorded as the person who vouches for it."),
        error_messages={"required": _("Check the box if you have seen the signed page.")},
    )


class CoSignerForm(forms.Form):
    """A further office that signs for a party."""

    def __init__(self, *args: Any, party: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(CoSigner, ("turn",))
        here = Q(area=party.agreement.area_id)
        if party.partnership:
            here = here | Q(organization=party.partnership.organization_id)
        offices = Office.objects.current().filter(here).exclude(pk=party.office_id or 0)
        self.fields["office"] = forms.ModelChoiceField(
            offices.order_by(Lower("title"), "pk"),
            label=_("Also signs as"),
            empty_label=_("Choose an office"),
            help_text=_("Offices are recorded on the pages of the board and of partners."),
            error_messages={"required": _("Choose the office.")},
        )
        self.order_fields(("office", "turn"))


class VerifyForm(forms.Form):
    """A file, or its SHA-256, which the page computes in the browser."""

    sha256 = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("PDF file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def clean(self) -> dict[str, Any]:
        """Require one of the two."""
        values = super().clean() or self.cleaned_data
        if not self.errors and not values.get("sha256") and not values.get("file"):
            self.add_error("file", gettext("Choose a file."))
        return values
