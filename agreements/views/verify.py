"""Ask whether a file is an agreement of this portal, without an account. Nothing is stored."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agreements.forms.signing import VerifyForm
from agreements.signing import verification
from onestop.ops.languages import in_languages
from onestop.ops.request_limits import takes_files


@in_languages
@takes_files
@login_not_required
def verify(request: HttpRequest) -> HttpResponse:
    """Look a file up by the SHA-256 of all its bytes; nothing of what it is about is told."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    found = None
    if form.is_bound and form.is_valid():
        file, digest = form.cleaned_data["file"], form.cleaned_data["sha256"]
        found = verification.find(verification.digest_of(file) if file else digest)
    context = {"title": _("Check an agreement"), "form": form, "found": found}
    return render(request, "agreements/verify.html", context)
