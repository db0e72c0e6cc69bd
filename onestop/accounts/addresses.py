"""The e-mail address by which a person signs in."""

from allauth.account.models import EmailAddress
from django.db import transaction

from onestop.accounts.models import User


@transaction.atomic
def confirm_address(user: User) -> EmailAddress:
    """Record that the address is the person's without asking: an invitation reached it, or an operator says so."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    address, _ = EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return address
