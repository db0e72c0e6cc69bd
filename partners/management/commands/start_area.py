"""Create a local area and invite its first staff."""

from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.text import slugify

from partners.network import bootstrap
from partners.people import invitations


class Command(BaseCommand):
    """``manage.py start_area``. Running it again sends the invitation again."""

    help = "Create a local area and invite its first One-Stop staff, who then invite everyone else."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--state", required=True, help="the state's two letters, such as OH")
        parser.add_argument("--state-name", default="", help="its name; required for the first area of a state")
        parser.add_argument("--area", required=True, help="name of the local area, such as Riverbend")
        parser.add_argument("--slug", default="", help="its name in URLs; by default derived from the name")
        parser.add_argument("--board", default="", help="name of the workforce development board")
        parser.add_argument("--time-zone", required=True, help="such as America/New_York")
        parser.add_argument("--staff-email", required=True, help="email address of the person to invite")
        parser.add_argument("--staff-name", required=True, help="their full name")

    def handle(self, *args: Any, **given: Any) -> None:
        """Create the area; print the link of the invitation, since mail may not work yet."""
        area = bootstrap.NewArea(
            state_code=given["state"],
            state_name=given["state_name"],
            name=given["area"],
            slug=given["slug"] or slugify(given["area"]),
            board_name=given["board"],
            time_zone=given["time_zone"],
        )
        try:
            with pghistory.context(command="start_area"):
                started = bootstrap.start_area(
                    area, staff_email=given["staff_email"], staff_name=given["staff_name"], at=timezone.now()
                )
        except bootstrap.CannotStart as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{started.area} {'was created' if started.is_new else 'existed already'}.")
        if started.invitation is None:
            self.stdout.write(f"{given['staff_email']} has an account and is One-Stop staff of this area already.")
            return
        self.stdout.write(f"An invitation is being sent to {started.invitation.email}. Its link:")
        self.stdout.write(invitations.link_of(started.invitation))
