"""Sign-ins from new devices."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onestop.accounts.signed_links import new_nonce


class NewSignIn(models.Model):
    """A sign-in from a device that the person had not used before; a mail reports it, with a link to disown it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="new_sign_ins")
    email = models.EmailField(_("reported to"), max_length=254)
    device = models.CharField(max_length=60)
    ip = models.GenericIPAddressField(_("network address"))
    signed_in_at = models.DateTimeField()
    nonce = models.CharField(max_length=24, default=new_nonce, editable=False)
    disowned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(disowned_at=None) | models.Q(disowned_at__gte=models.F("signed_in_at")),
                name="sign_in_disowned_after_it_happened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device}, {self.ip}"
