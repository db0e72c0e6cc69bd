"""How we bend allauth: no open sign-up, our words, our name in mail and on authenticator apps, sealed secrets."""

import logging
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core import context as request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from onestop.accounts import secret_encryption
from onestop.accounts.devices import device_name
from onestop.accounts.new_sign_ins import note_sign_in
from onestop.ui.markup import plain_text

logger = logging.getLogger("onestop.accounts")


def at_public_address(url: str) -> str:
    """Return an address with the origin of PUBLIC_URL: allauth takes that of the request, into which anybody writes."""
    return settings.PUBLIC_URL + urlunsplit(urlsplit(url)._replace(scheme="", netloc=""))


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

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """Note the device on which a person has signed in."""
        response: HttpResponse = super().post_login(request, user, **more)
        note_sign_in(request, response, user, at=timezone.now())
        ways = "+".join(record["method"] for record in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []))
        logger.info("signed in", extra={"fields": {"user": user.pk, "ways": ways}})
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log that a password did not fit; whose it was meant to be is personal data, and may be no account at all."""
        logger.warning("sign-in refused")

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

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether an address leads to a page of this portal: a path, and never another host, allowed or not."""
        try:
            return url_has_allowed_host_and_scheme(url, allowed_hosts=None)
        except ValueError:  # it cannot be read, such as "//["
            return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts for each Host that a request names; whoever names another one would start anew.
        return credentials.get("email", "").lower()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return where a new password is chosen; asked for by a worker, who has no request."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", quote(key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of allauth's mails, under the name of this portal and with links to its public address."""
        told = {
            "email": email,
            "site_name": settings.SITE_NAME,
            "code_minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            "link_minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
            "site_url": f"{settings.PUBLIC_URL}/",
            "security_url": settings.PUBLIC_URL + reverse("accounts:security"),
            "device": device_name(context.get("user_agent", "")),
        }
        links = {name: at_public_address(url) for name, url in context.items() if name.endswith("_url")}
        self.render_mail(template_prefix, email, told | context | links).send()

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Return the mail: the text that the template says, and the very same words as HTML."""
        subject = self.format_email_subject(" ".join(plain_text(f"{template_prefix}_subject.txt", context).split()))
        text = plain_text(f"{template_prefix}_message.txt", context).strip()
        to = [email] if isinstance(email, str) else email
        message = EmailMultiAlternatives(subject, text, self.get_from_email(), to, headers=headers)
        told = context | {"subject": subject, "paragraphs": text.split("\n\n")}
        html = render_to_string("emails/account_body.html", told, request_context.request)
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

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return to whom passkeys belong: the public name, by whichever name somebody came."""
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": self._get_site_name()}

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
        return secret_encryption.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        return secret_encryption.unseal(encrypted_text)
