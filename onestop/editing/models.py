"""The table of idempotency keys."""

from typing import ClassVar

from django.contrib.messages.storage.cookie import MessageDecoder, MessageEncoder
from django.db import models


class IdempotencyKey(models.Model):
    """A form that added something, and the response to it: the same form sent again gets the same response."""

    # A hash of the form's random key, who sent it and where: nobody meets the key of another person.
    digest = models.CharField(max_length=64, unique=True)
    content = models.CharField(max_length=64)  # a hash of what was sent
    redirect_to = models.TextField(blank=True, default="")
    messages = models.JSONField(encoder=MessageEncoder, decoder=MessageDecoder, default=list)
    created_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager["IdempotencyKey"]]

    def __str__(self) -> str:
        return self.digest
