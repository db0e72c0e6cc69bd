"""Holidays of the areas, and rooms of their centers."""

from partners.models import Holiday, Room
from partners.sample.story import Story
from partners.schedule.holidays import holidays_of

ADDED = 300  # days ago
OPEN = ("Columbus Day",)  # no translation: names of holidays on which the centers are open


def load(story: Story) -> None:
    """Create the public holidays of this and the next year, and the rooms of centers."""
    listed = sorted(holidays_of(story.state.code, (story.today.year, story.today.year + 1)).items())
    for area in story.areas.values():
        days = Holiday.objects.bulk_create(
            Holiday(area=area, day=day, name=name, closes_centers=name not in OPEN) for day, name in listed
        )
        for holiday in days:
            story.past.add(holiday, at=story.moment(ADDED, f"holidays {area.slug}", area.zone), by=None)
        for center in story.area_facts[area.slug]["centers"]:
            rooms = Room.objects.bulk_create(
                Room(center=story.centers[area.pk, center["name"]], **room) for room in center.get("rooms", [])
            )
            for room in rooms:
                about = f"room {area.slug} {room.name}"
                by = story.coordinator(area, ADDED, about)
                story.past.add(room, at=story.moment(ADDED, about, area.zone), by=by)
