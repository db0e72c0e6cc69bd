"""allauth's forms with our labels and help, no placeholders, and one password field that can be shown."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context as request_context
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.forms import CharField, Field, JSONField
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from onestop.accounts import mail_requests
from onestop.accounts.models import MailRequest
from onestop.accounts.passwords import PASSWORD_MAX_LENGTH
from onestop.accounts.requests import received_at

NEW_PASSWORD_HELP = format_lazy(
    _(
        "At least {number} characters. A few unrelated words make a good password. "
        "Capitals, digits and symbols are not required."
    ),
    number=settings.PASSWORD_MIN_LENGTH,
)
LONGEST_CREDENTIAL = 20_000  # characters that a browser sends about a passkey
CODE_INPUT = {"inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


class CredentialDecoder(json.JSONDecoder):
    """Decodes what a browser sends about a passkey; a form refuses what cannot be decoded."""

    def decode(self, s: str, *args: Any) -> Any:
        """Return the value; what is too long or nested too deep counts as invalid JSON."""
        if len(s) > LONGEST_CREDENTIAL:
            raise json.JSONDecodeError("Too long", s, 0)  # no translation: for developers
        try:
            return super().decode(s, *args)
        except (ValueError, RecursionError) as problem:
            raise json.JSONDecodeError(str(problem), s, 0) from problem


def set_limits(fields: Mapping[str, Field]) -> None:
    """Limit the length of every text field of a form that is not ours."""
    for field in fields.values():
        if isinstance(field, JSONField):
            field.decoder, field.max_length = CredentialDecoder, LONGEST_CREDENTIAL
        elif isinstance(field, CharField) and field.max_length is None:
            field.max_length = PASSWORD_MAX_LENGTH
            field.validators.append(MaxLengthValidator(field.max_length))


class OurWords:
    """Mixin: gives an allauth form our labels and help, and removes its placeholders."""

    labels: ClassVar[dict[str, Any]] = {}
    help_texts: ClassVar[dict[str, Any]] = {}
    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_limits(self.fields)
        self.fields.pop("password2", None)  # not needed: a button shows what was typed
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")
            if name in ("email", "login"):
                field.label = self.labels.get(name, _("Email"))
                field.error_messages["invalid"] = _("Enter a valid email address, such as dana@example.org.")
            if name == "code":
                field.widget.attrs |= CODE_INPUT


class LoginForm(OurWords, account.LoginForm):
    """Email and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "webauthn": browsers then offer a passkey right in the field.
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class RequestLoginCodeForm(OurWords, account.RequestLoginCodeForm):
    """The address to send a code to. It does not check whether there is an account."""

    def clean_email(self) -> str:
        """Count how often the address was entered."""
        email: str = self.cleaned_data["email"].lower()
        if not ratelimit.consume(request_context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        return email


class ConfirmLoginCodeForm(OurWords, account.ConfirmLoginCodeForm):
    """The code that was emailed."""

    labels = {"code": _("Code from the email")}


class ConfirmEmailVerificationCodeForm(OurWords, account.ConfirmEmailVerificationCodeForm):
    """The code that was emailed to a new address."""

    labels = {"code": _("Code from the email")}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    """The address to send the link to. It does not check whether there is an account."""

    def clean_email(self) -> str:
        """Return the address as it was entered."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Request the mail."""
        email: str = self.cleaned_data["email"]
        mail_requests.ask(MailRequest.Kind.PASSWORD_RESET, email=email, at=received_at(request))
        return email


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):
    """A new password, by the link."""

    labels = {"password1": _("New password")}
    help_texts = {"password1": NEW_PASSWORD_HELP}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    """The current and a new password."""

    labels = {"oldpassword": _("Current password"), "password1": _("New password")}
    help_texts = {"password1": NEW_PASSWORD_HELP}


class SetPasswordForm(OurWords, account.SetPasswordForm):
    """A first password."""

    help_texts = {"password1": NEW_PASSWORD_HELP}


class AddEmailForm(OurWords, account.AddEmailForm):
    """A new address."""

    labels = {"email": _("New email address")}
    help_texts = {"email": _("We will send a code there. Your current address stays until you enter the code.")}


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    """The password, to confirm who you are."""


class AuthenticateForm(OurWords, mfa.AuthenticateForm):
    """The second factor as a code."""

    labels = {"code": _("Code")}
    help_texts = {"code": _("Six digits from your authenticator app, or one of your recovery codes.")}


class ReauthenticateByCodeForm(OurWords, mfa.ReauthenticateForm):
    """The second factor, to confirm who you are."""

    labels = {"code": _("Code")}
    help_texts = {"code": _("Six digits from your authenticator app, or one of your recovery codes.")}


class ActivateTOTPForm(OurWords, totp.ActivateTOTPForm):
    """The first code of an authenticator app."""

    labels = {"code": _("Code that the app shows now")}


class AnyAnswer:
    """Mixin: refuses an invalid answer of a passkey: missing parts, wrong types, or another key's signature."""

    def clean_credential(self) -> Any:
        """Return the passkey that answered."""
        with refusing():
            return super().clean_credential()  # type: ignore[misc]


@contextmanager
def refusing() -> Iterator[None]:
    """Turn errors of reading an answer, which fido2 and allauth let through, into a validation error."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError, InvalidSignature) as problem:
        raise get_mfa_adapter().validation_error("incorrect_code") from problem


class AddWebAuthnForm(OurWords, webauthn.AddWebAuthnForm):
    """A new passkey."""

    labels = {"name": _("Name of the passkey"), "passwordless": _("Sign in with it alone, without a password")}
    help_texts = {
        "name": _("So that you recognize it among your passkeys."),
        "passwordless": _(
            "Your device then asks for your fingerprint, face or PIN. "
            "Otherwise, it is a second factor after your password."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"passwordless": True} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].max_length = 60

    def clean(self) -> dict[str, Any]:
        """Read the passkey."""
        with refusing():
            return super().clean()


class LoginWebAuthnForm(OurWords, AnyAnswer, webauthn.LoginWebAuthnForm):
    """Sign-in by a passkey alone."""


class AuthenticateWebAuthnForm(OurWords, AnyAnswer, webauthn.AuthenticateWebAuthnForm):
    """A passkey as a second factor."""


class ReauthenticateWebAuthnForm(OurWords, AnyAnswer, webauthn.ReauthenticateWebAuthnForm):
    """A passkey, to confirm who you are."""


class EditWebAuthnForm(OurWords, webauthn.EditWebAuthnForm):
    """The name of a passkey."""

    labels = {"name": _("Name of the passkey")}
