"""How we bend allauth: no open sign-up, our words, our name in mail and on authenticator apps, sealed secrets."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from onestop.accounts import sealing
from onestop.accounts.devices import device_name


class AccountAdapter(DefaultAccountAdapter):
    """Signing in, and the mail around it."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. Ask your One-Stop staff.",
        "duplicate_email": "This is your address already.",
        "email_password_mismatch": "E-mail and password do not fit together. Check both, or ask for a code by e-mail.",
        "email_taken": "This address belongs to another account.",
        "enter_current_password": "This is not your present password.",
        "incorrect_code": "This code is not right. Check it, or ask for a new one.",
        "incorrect_password": "This is not your password.",
        "invalid_password_reset": "This link has been used, or is too old.",
        "rate_limited": "That was too often. Wait a few minutes and try again.",
        "same_as_current": "This is your address already.",
        "too_many_login_attempts": "That was tried too often. Wait five minutes and try again, or reset your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by invitation only; accepting one is a page of ours."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether an address leads to a page of ours; one that cannot be read does not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to where passwords, passkeys and sessions stand."""
        return reverse("accounts:security")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Go back to the profile after a change of address."""
        if self.request.user.is_authenticated:
            return reverse("accounts:profile")
        return super().get_email_verification_redirect_url(email_address)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to show again who one is, in our words."""
        words = {
            "reauthenticate": "Use your password",
            "mfa_reauthenticate": "Use a code of your authenticator app, or a recovery code",
            "mfa_reauthenticate:webauthn": "Use your passkey",
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words.get(method["id"], method["description"])} for method in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of allauth's mails, under the name of this portal."""
        device = device_name(context.get("user_agent", ""))
        told = {
            "site_name": settings.SITE_NAME,
            "code_minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            "link_minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
            "site_url": self.request.build_absolute_uri("/") if self.request else "",
            "security_url": self.request.build_absolute_uri(reverse("accounts:security")) if self.request else "",
            "device": device,
        }
        super().send_mail(template_prefix, email, told | context)

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Return the mail: the text that the template says, and the very same words as HTML."""
        message = super().render_mail(template_prefix, email, context, headers)
        if isinstance(message, EmailMultiAlternatives):
            html = render_to_string(
                "emails/account_body.html",
                context | {"subject": message.subject, "paragraphs": message.body.split("\n\n")},
                request_context.request,
            )
            message.attach_alternative(html, "text/html")
        return message


class MFAAdapter(DefaultMFAAdapter):
    """Passkeys, authenticator apps, recovery codes."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right. Wait for the next one and try again.",
        "unverified_email": "Confirm your e-mail address first.",
    }

    def _get_site_name(self) -> str:
        return settings.SITE_NAME

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """Return a name for a new passkey: the device on which it is made."""
        name = device_name(request_context.request.META.get("HTTP_USER_AGENT", ""))
        taken = {a.wrap().name for a in Authenticator.objects.filter(user_id=user.pk, type=type)}
        number = 2
        while name in taken:
            name, number = f"{name.rsplit(' (', 1)[0]} ({number})", number + 1
        return name

    def encrypt(self, text: str) -> str:
        """Seal a secret on its way into the database."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        return sealing.unseal(encrypted_text)
