"""allauth's forms in our words: labels say what is asked, no placeholders, one password field that can be shown."""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context as request_context
from allauth.core import ratelimit
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from onestop.accounts import mail_requests
from onestop.accounts.models import MailRequest

NEW_PASSWORD_HELP = (
    f"At least {settings.PASSWORD_MIN_LENGTH} characters. A few words that have nothing to do with each other "
    "make a good one; capitals, digits and signs are not required."
)
CODE_INPUT = {"inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


class OurWords:
    """Mixin: gives an allauth form our labels and help, and takes its placeholders away."""

    labels: ClassVar[dict[str, str]] = {}
    help_texts: ClassVar[dict[str, str]] = {}
    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)  # whoever mistypes can look: the field has a button that shows it
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")
            if name in ("email", "login"):
                field.label = self.labels.get(name, "E-mail")
                field.error_messages["invalid"] = (
                    "This does not look like an e-mail address. An example: dana@example.org."
                )
            if name == "code":
                field.widget.attrs |= CODE_INPUT


class LoginForm(OurWords, account.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "webauthn": browsers then offer a passkey right in the field.
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class RequestLoginCodeForm(OurWords, account.RequestLoginCodeForm):
    """Where to send a code. It does not look whether there is an account."""

    def clean_email(self) -> str:
        """Count how often the address was typed."""
        email: str = self.cleaned_data["email"].lower()
        if not ratelimit.consume(request_context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        return email


class ConfirmLoginCodeForm(OurWords, account.ConfirmLoginCodeForm):
    """The code that came by e-mail."""

    labels = {"code": "Code from the e-mail"}


class ConfirmEmailVerificationCodeForm(OurWords, account.ConfirmEmailVerificationCodeForm):
    """The code that came to a new address."""

    labels = {"code": "Code from the e-mail"}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    """Where to send the link. It does not look whether there is an account."""

    def clean_email(self) -> str:
        """Return the address as it was typed."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Ask for the mail."""
        email: str = self.cleaned_data["email"]
        mail_requests.ask(MailRequest.Kind.PASSWORD_RESET, email=email, at=timezone.now())
        return email


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):
    """A new password, by the link."""

    labels = {"password1": "New password"}
    help_texts = {"password1": NEW_PASSWORD_HELP}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    """A new password for the present one."""

    labels = {"oldpassword": "Present password", "password1": "New password"}
    help_texts = {"password1": NEW_PASSWORD_HELP}


class SetPasswordForm(OurWords, account.SetPasswordForm):
    """A first password."""

    help_texts = {"password1": NEW_PASSWORD_HELP}


class AddEmailForm(OurWords, account.AddEmailForm):
    """A new address."""

    labels = {"email": "New e-mail address"}
    help_texts = {"email": "We send a code there. Until you have typed it in, your present address stays."}


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    """The password, once more."""


class AuthenticateForm(OurWords, mfa.AuthenticateForm):
    """The second factor as a code."""

    labels = {"code": "Code"}
    help_texts = {"code": "Six digits from your authenticator app, or one of your recovery codes."}


class ReauthenticateByCodeForm(OurWords, mfa.ReauthenticateForm):
    """The second factor, once more."""

    labels = {"code": "Code"}
    help_texts = {"code": "Six digits from your authenticator app, or one of your recovery codes."}


class ActivateTOTPForm(OurWords, totp.ActivateTOTPForm):
    """The first code of an authenticator app."""

    labels = {"code": "Code that the app shows now"}


class AddWebAuthnForm(OurWords, webauthn.AddWebAuthnForm):
    """A new passkey."""

    labels = {"name": "Name of this passkey", "passwordless": "Sign in with it alone, without a password"}
    help_texts = {
        "name": "For you, to tell your passkeys apart.",
        "passwordless": "Your device then asks for your fingerprint, face or PIN. "
        "Without this it is a second factor after your password.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"passwordless": True} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].max_length = 60


class EditWebAuthnForm(OurWords, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    labels = {"name": "Name of this passkey"}
