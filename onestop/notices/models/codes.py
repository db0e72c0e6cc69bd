"""Codes that prove that somebody reads an address."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

MOST_TRIES = 5


class OneTimeCode(models.Model):
    """A code that was sent to an address for one purpose and one object, stored as a keyed hash.

    It is open until it was used, replaced by a newer one, or tried too often; whether it has expired is a matter of
    time. Rows are kept for a few days, since the limits count them.
    """

    address = models.EmailField(max_length=254)
    purpose = models.CharField(max_length=40)
    target = models.CharField(max_length=80)
    nonce = models.CharField(max_length=24, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(_("wrong or right tries"), default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address", "purpose", "target"], condition=Q(ended_at=None), name="address_has_one_open_code"
            ),
            models.CheckConstraint(condition=Q(tries__lte=MOST_TRIES), name="code_is_tried_a_few_times"),
            models.CheckConstraint(condition=Q(used_at=None) | Q(ended_at=F("used_at")), name="used_code_has_ended"),
        ]
        indexes = [
            models.Index(fields=["address", "sent_at"], name="code_by_address"),
            models.Index(fields=["target", "sent_at"], name="code_by_target"),
            models.Index(fields=["sent_at"], name="code_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.target}"
