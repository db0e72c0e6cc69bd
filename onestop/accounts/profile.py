"""What a person says about themselves, and how they like to see the portal."""

from onestop.accounts.models import User


def update_profile(user: User, *, name: str, phone: str, job_title: str) -> None:
    """Write what a person says about themselves."""
    user.name, user.phone, user.job_title = name, phone, job_title
    user.save(update_fields=["name", "phone", "job_title"])


def set_theme(user: User, theme: str) -> None:
    """Show the portal to a person in light, in dark, or as their device says."""
    user.theme = User.Theme(theme)
    user.save(update_fields=["theme"])
