"""allauth's forms in our words: labels say what is asked, no placeholders, one password field that can be shown."""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.forms import CharField

from onestop.accounts.passwords import PASSWORD_MAX_LENGTH

NEW_PASSWORD_HELP = (
    f"At least {settings.PASSWORD_MIN_LENGTH} characters. A few words that have nothing to do with each other "
    "make a good one; capitals, digits and signs are not required."
)
LONGEST = {"credential": 20_000}  # what a browser says of a passkey; all else is typed
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
            if isinstance(field, CharField) and field.max_length is None:
                field.max_length = LONGEST.get(name, PASSWORD_MAX_LENGTH)
                field.validators.append(MaxLengthValidator(field.max_length))
            if name == "code":
                field.widget.attrs |= CODE_INPUT


class LoginForm(OurWords, account.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "webauthn": browsers then offer a passkey right in the field.
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class RequestLoginCodeForm(OurWords, account.RequestLoginCodeForm):
    """Where to send a code."""


class ConfirmLoginCodeForm(OurWords, account.ConfirmLoginCodeForm):
    """The code that came by e-mail."""

    labels = {"code": "Code from the e-mail"}


class ConfirmEmailVerificationCodeForm(OurWords, account.ConfirmEmailVerificationCodeForm):
    """The code that came to a new address."""

    labels = {"code": "Code from the e-mail"}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    """Where to send the link."""


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
