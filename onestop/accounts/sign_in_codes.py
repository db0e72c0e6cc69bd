"""Sign-in by an emailed code. The account is looked up last, once the code is correct."""

from functools import cached_property
from typing import Any

from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.http import HttpRequest

from onestop.accounts import mail_requests
from onestop.accounts.models import MailRequest, User
from onestop.accounts.requests import received_at


class SignInCode(LoginCodeVerificationProcess):
    """allauth's sign-in by code, with the account looked up last instead of first."""

    @cached_property
    def user(self) -> User | None:
        """Return the user with the address."""
        users = mail_requests.accounts_of(self.state["email"])
        return users[0] if users else None

    def send(self, skip_enumeration_mails: bool = False) -> None:
        """Request the mail."""
        email, kind = self.state["email"], MailRequest.Kind.SIGN_IN_CODE
        mail_requests.ask(kind, email=email, code=self.generate_code(), at=received_at(self.request))
        self.add_sent_message({"email": email, "recipient": email})

    def record_invalid_attempt(self) -> bool:
        """Count a wrong code; return whether another attempt is allowed."""
        return AbstractCodeVerificationProcess.record_invalid_attempt(self)


def begin(request: HttpRequest, email: str) -> None:
    """Send a code and store it in the session."""
    login = Login(user=None, email=email)
    login.state["stages"] = {"current": LoginByCodeStage.key}
    stage: Any = LoginByCodeStage(LoginStageController(request, login), request, login)
    stage.state.update(SignInCode.initial_state(user=None, email=email), initiated_by_user=True)
    process = SignInCode(stage)
    process.send()
    process.persist()
