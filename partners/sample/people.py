"""People with accounts, their seats, and invitations."""

from datetime import timedelta
from functools import cache

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from onestop.accounts.models import User
from onestop.local.demo import PASSWORD
from partners.models import Invitation, LocalArea, Membership, Role
from partners.sample.past import Step
from partners.sample.story import Facts, Story, dice

LOGIN_DOMAIN = "riverbend.example"  # of the five people in the README
TITLES = ("Sister ",)


def email_of(person: Facts, domain: str) -> str:
    """Return a person's email address: first.last@domain, or the published one of the five."""
    if "login" in person:
        return f"{person['login']}@{LOGIN_DOMAIN}"
    name = person["name"]
    for title in TITLES:
        name = name.removeprefix(title)
    return f"{slugify(name).replace('-', '.')}@{domain}"


def load_staff_and_board(story: Story) -> None:
    """Create the accounts of each area's staff and board."""
    for slug, area in story.areas.items():
        facts = story.area_facts[slug]
        staff = [(person, Membership(role=Role.STAFF, area=area)) for person in facts["staff"]]
        board = [(person, Membership(role=Role.BOARD, area=area)) for person in facts["board"]]
        make_accounts(story, [*staff, *board], facts["domain"])


def make_accounts(story: Story, seated: list[tuple[Facts, Membership]], domain: str) -> None:
    """Create accounts with their seats, and a second seat for people who are also on the board.

    People who have an account from another area only get the seat.
    """
    also = [(person, seat) for person, seat in seated if person["name"] in story.users]
    for person, seat in also:
        seat.user = story.users[person["name"]]
        seat.since = story.moment(person["since"], f"joined {seat.user.name} again")
    seated = [(person, seat) for person, seat in seated if person["name"] not in story.users]
    users = [_user(story, person, seat, domain) for person, seat in seated]
    User.objects.bulk_create(users)
    story.users |= {user.name: user for user in users}
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    for (_, seat), user in zip(seated, users, strict=True):
        seat.user, seat.since, seat.ended_at = user, user.joined_at, user.deactivated_at
    board = [
        (person, _board_seat(story, user, person))
        for (person, _), user in zip(seated, users, strict=True)
        if "board_since" in person
    ]
    Membership.objects.bulk_create([seat for _, seat in [*seated, *board, *also]])
    for person, seat in [*seated, *board]:
        _tell_past(story, person, seat)
    for person, seat in also:
        assert seat.partnership
        by = story.coordinator(seat.partnership.area, person["since"], seat.user.name)
        story.past.add(seat, at=seat.since, by=by)


def _user(story: Story, person: Facts, seat: Membership, domain: str) -> User:
    name, left = person["name"], person.get("left")
    if seat.partnership:
        domain = seat.partnership.organization.email.split("@")[1]
    seen = story.moment(1 + dice(f"seen {name}", 45), f"seen {name}")
    return User(
        email=email_of(person, domain),
        name=name,
        job_title=person["job_title"].split(";")[0],
        # Only the five can sign in with a password; codes by email would not be delivered.
        password=_hashed() if "login" in person else make_password(None),
        joined_at=story.moment(person["since"], f"joined {name}"),
        is_active=left is None,
        deactivated_at=None if left is None else story.moment(left, f"left {name}"),
        last_login=None if "login" in person or left is not None else seen,
    )


@cache
def _hashed() -> str:
    """Return the password of the five, hashed: slow by design, so only once."""
    return make_password(PASSWORD)


def _board_seat(story: Story, user: User, person: Facts) -> Membership:
    area, since = next(iter(story.areas.values())), story.moment(person["board_since"], user.name)
    return Membership(user=user, role=Role.BOARD, area=area, since=since)


def _tell_past(story: Story, person: Facts, seat: Membership) -> None:
    days = person["since"]
    area = seat.area or next(iter(story.areas.values()), None)
    by = story.coordinator(area, days, seat.user.name) if area and seat.role != Role.STATE else None
    by = None if by == seat.user else by
    gone_by = story.coordinator(area, person["left"], seat.user.name) if area and "left" in person else None
    left = [Step(seat.ended_at, gone_by, {"ended_at": None})] if seat.ended_at else []
    story.past.add(seat, at=seat.since, by=by, steps=left)
    if seat.role == Role.BOARD and "seat" in person:
        return  # the history of their account is written with their other seat
    user = seat.user
    gone = {"is_active": True, "deactivated_at": None}
    left = [Step(user.deactivated_at, gone_by, gone)] if user.deactivated_at else []
    story.past.add(user, at=user.joined_at, by=by, steps=left)


# ---------------------------------------------------------------- Invitations
def load_invitations(story: Story) -> None:
    """Create the pending invitations, and one that was withdrawn."""
    for partnership, facts in story.partners:
        for person in facts.get("people", []):
            if "invited" in person:
                domain = partnership.organization.email.split("@")[1]
                place = {"role": person["invited"], "partnership": partnership}
                _invite(story, person, partnership.area, place, email_of(person, domain))
    area = next(iter(story.areas.values()))
    person = {"name": "Evander Pike", "job_title": "Owner, Pike Logistics", "since": 160, "withdrawn": 132}
    _invite(story, person, area, {"role": Role.BOARD, "area": area}, "evander.pike@riverbend.example")


def _invite(story: Story, person: Facts, area: LocalArea, place: Facts, email: str) -> None:
    by, at = story.coordinator(area, person["since"], email), story.moment(person["since"], email, area.zone)
    withdrawn_at = story.moment(person["withdrawn"], f"withdrawn {email}", area.zone) if "withdrawn" in person else None
    invitation = Invitation.objects.create(
        **place,
        email=email,
        name=person["name"],
        nonce=get_random_string(24),
        invited_by=by,
        invited_at=at,
        last_sent_at=at,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
        withdrawn_at=withdrawn_at,
    )
    steps = [Step(withdrawn_at, by, {"withdrawn_at": None})] if withdrawn_at else []
    story.past.add(invitation, at=at, by=by, steps=steps)
