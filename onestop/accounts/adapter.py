"""Adapters for allauth: no open sign-up, our messages, the name of the portal, encrypted secrets."""

import logging
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core import context as request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.accounts import secret_encryption
from onestop.accounts.devices import device_name
from onestop.accounts.new_sign_ins import note_sign_in
from onestop.accounts.requests import received_at
from onestop.ui.markup import plain_text

logger = logging.getLogger("onestop.accounts")


def at_public_address(url: str) -> str:
    """Return an address with the origin of PUBLIC_URL: allauth takes that of the request, which can be forged."""
    return settings.PUBLIC_URL + urlunsplit(urlsplit(url)._replace(scheme="", netloc=""))


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, and the mail around it."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is deactivated. Contact your One-Stop staff."),
        "duplicate_email": _("This is already your address."),
        "email_password_mismatch": _(
            "The email address and the password do not match. Check both, or request a code by email."
        ),
        "email_taken": _("This address belongs to another account."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not correct. Check it, or request a new one."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link has been used or has expired."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again."),
        "same_as_current": _("This is already your address."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes and try again, or reset your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse sign-up: accounts need an invitation, which is accepted on a page of ours."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """Record the device on which a person has signed in."""
        response: HttpResponse = super().post_login(request, user, **more)
        note_sign_in(request, response, user, at=received_at(request))
        ways = "+".join(record["method"] for record in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []))
        logger.info("signed in", extra={"fields": {"user": user.pk, "ways": ways}})
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log that sign-in failed, without the address: it is personal data, and may belong to no account."""
        logger.warning("sign-in refused")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the page of passwords, passkeys and sessions."""
        return reverse("accounts:security")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Return to the profile after a change of address."""
        if self.request.user.is_authenticated:
            return reverse("accounts:profile")
        return super().get_email_verification_redirect_url(email_address)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to confirm again who you are, with our descriptions."""
        descriptions = {
            "reauthenticate": gettext("Use your password"),
            "mfa_reauthenticate": gettext("Use a code from your authenticator app, or a recovery code"),
            "mfa_reauthenticate:webauthn": gettext("Use your passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": descriptions.get(method["id"], method["description"])} for method in methods]

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether an address is a path of this portal, and never another host, allowed or not."""
        try:
            return url_has_allowed_host_and_scheme(url, allowed_hosts=None)
        except ValueError:  # it cannot be read, such as "//["
            return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts per Host of the request; a forged Host would start a new count.
        return credentials.get("email", "").lower()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address to choose a new password; a worker calls it without a request."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", quote(key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail of allauth, with the name of this portal and links to its public address."""
        details = {
            "email": email,
            "site_name": settings.SITE_NAME,
            "code_minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            "link_minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
            "site_url": f"{settings.PUBLIC_URL}/",
            "security_url": settings.PUBLIC_URL + reverse("accounts:security"),
            "device": device_name(context.get("user_agent", "")),
        }
        links = {name: at_public_address(url) for name, url in context.items() if name.endswith("_url")}
        self.render_mail(template_prefix, email, details | context | links).send()

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Return the mail in the recipient's language, with the text of the template and the same text as HTML."""
        with translation.override(self._language_of(email, context)):
            return self._render_mail(template_prefix, email, context, headers)

    @staticmethod
    def _language_of(email: str | list[str], context: dict[str, Any]) -> str:
        user = context.get("user") or get_user_model().objects.filter(email__iexact=str(email)).first()
        return getattr(user, "language", "") or settings.LANGUAGE_CODE

    def _render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any
    ) -> EmailMessage:
        subject = self.format_email_subject(" ".join(plain_text(f"{template_prefix}_subject.txt", context).split()))
        text = plain_text(f"{template_prefix}_message.txt", context).strip()
        to = [email] if isinstance(email, str) else email
        message = EmailMultiAlternatives(subject, text, self.get_from_email(), to, headers=headers)
        html_context = context | {"subject": subject, "paragraphs": text.split("\n\n")}
        html = render_to_string("emails/account_body.html", html_context, request_context.request)
        message.attach_alternative(html, "text/html")
        return message


class MFAAdapter(DefaultMFAAdapter):
    """Passkeys, authenticator apps, recovery codes."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not correct. Wait for the next one and try again."),
        "unverified_email": _("Confirm your email address first."),
    }

    def _get_site_name(self) -> str:
        return settings.SITE_NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the site that passkeys belong to: the public host name, whatever the Host of the request."""
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": self._get_site_name()}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """Return a name for a new passkey: the device on which it is added."""
        name = device_name(request_context.request.META.get("HTTP_USER_AGENT", ""))
        taken = {a.wrap().name for a in Authenticator.objects.filter(user_id=user.pk, type=type)}
        number = 2
        while name in taken:
            name, number = f"{name.rsplit(' (', 1)[0]} ({number})", number + 1
        return name

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return secret_encryption.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret."""
        return secret_encryption.unseal(encrypted_text)
