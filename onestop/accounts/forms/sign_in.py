"""allauth's forms in our words: labels say what is asked, no placeholders, one password field that can be shown."""

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
from django.utils import timezone

from onestop.accounts import mail_requests
from onestop.accounts.models import MailRequest
from onestop.accounts.passwords import PASSWORD_MAX_LENGTH

NEW_PASSWORD_HELP = (
    f"At least {settings.PASSWORD_MIN_LENGTH} characters. A few words that have nothing to do with each other "
    "make a good one; capitals, digits and signs are not required."
)
LONGEST_CREDENTIAL = 20_000  # characters that a browser says of a passkey
CODE_INPUT = {"inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


class CredentialDecoder(json.JSONDecoder):
    """Reads what a browser says of a passkey; a form refuses whatever cannot be read."""

    def decode(self, s: str, *args: Any) -> Any:
        """Return what it says; too long, too deep, and numbers without end count as no JSON."""
        if len(s) > LONGEST_CREDENTIAL:
            raise json.JSONDecodeError("Too long", s, 0)
        try:
            return super().decode(s, *args)
        except (ValueError, RecursionError) as problem:
            raise json.JSONDecodeError(str(problem), s, 0) from problem


def set_limits(fields: Mapping[str, Field]) -> None:
    """Let no field of somebody else's form take a text without end."""
    for field in fields.values():
        if isinstance(field, JSONField):
            field.decoder, field.max_length = CredentialDecoder, LONGEST_CREDENTIAL
        elif isinstance(field, CharField) and field.max_length is None:
            field.max_length = PASSWORD_MAX_LENGTH
            field.validators.append(MaxLengthValidator(field.max_length))


class OurWords:
    """Mixin: gives an allauth form our labels and help, and takes its placeholders away."""

    labels: ClassVar[dict[str, str]] = {}
    help_texts: ClassVar[dict[str, str]] = {}
    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_limits(self.fields)
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


class AnyAnswer:
    """Mixin: refuses an answer that is no passkey's: parts are missing, of another kind, or signed by another key."""

    def clean_credential(self) -> Any:
        """Return the passkey that has answered."""
        with refusing():
            return super().clean_credential()  # type: ignore[misc]


@contextmanager
def refusing() -> Iterator[None]:
    """Say of whatever cannot be read that it is no right answer; fido2 and allauth let most of that through."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError, InvalidSignature) as problem:
        raise get_mfa_adapter().validation_error("incorrect_code") from problem


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

    def clean(self) -> dict[str, Any]:
        """Read what the passkey says of itself."""
        with refusing():
            return super().clean()


class LoginWebAuthnForm(OurWords, AnyAnswer, webauthn.LoginWebAuthnForm):
    """Signing in by a passkey alone."""


class AuthenticateWebAuthnForm(OurWords, AnyAnswer, webauthn.AuthenticateWebAuthnForm):
    """A passkey as a second factor."""


class ReauthenticateWebAuthnForm(OurWords, AnyAnswer, webauthn.ReauthenticateWebAuthnForm):
    """A passkey, asked once more."""


class EditWebAuthnForm(OurWords, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    labels = {"name": "Name of this passkey"}
