"""Sign-in by a code: request it and enter it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from onestop.accounts import sign_in_codes


class AskForCodeView(RequestLoginCodeView):
    """Requests a code; the answer is the same whether or not the address has an account."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Request the code."""
        sign_in_codes.begin(self.request, form.cleaned_data["email"])
        return redirect(self.get_success_url())


class TypeCodeView(ConfirmLoginCodeView):
    """Checks the code."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in, count a wrong code, or send another."""
        self._process = sign_in_codes.SignInCode(self.stage)
        return super().post(request, *args, **kwargs)

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        if self._process.user is None:  # the code was never sent, but guessed
            form.add_error("code", get_adapter().validation_error("incorrect_code"))
            return self.form_invalid(form)
        return super()._verify_form_valid(form)
