"""The person who signs in."""

from typing import Any, ClassVar

import pghistory
from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes people; finds them by e-mail whatever its case."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the address trimmed and in lower case, as it is stored."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with this e-mail."""
        return self.get(email=self.normalize_email(username))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without a password they sign in by code or passkey only."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who may use Django's admin. Whoever runs the command vouches for the address."""
        with transaction.atomic():
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["password", "last_login"]
)
class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. What they may do is a matter of their seats (partners.Membership), not of this row.

    A deactivated person keeps their name in all history; they cannot sign in.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", "As my device says"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField("e-mail", max_length=254, unique=True)
    name = models.CharField("full name", max_length=150)
    phone = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=150, blank=True)
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("may use the admin", default=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    deactivated_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_in_lower_case"),
        ]
        indexes = [models.Index(Lower("name"), name="user_by_name")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Write the address as it is stored."""
        super().clean()
        self.email = UserManager.normalize_email(self.email)

    def get_full_name(self) -> str:
        """Return the name as people say it."""
        return self.name

    def get_short_name(self) -> str:
        """Return what to call them in a list of initials."""
        return self.name.split(" ")[0] if self.name else self.email
