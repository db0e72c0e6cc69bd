"""The people of the fixture ``cast``: who sees the area of the tests."""

import pytest

from partners.models import LocalArea


@pytest.mark.parametrize("who", ["staff", "manager", "colleague", "neighbor", "board", "state"])
def test_members_of_the_area_see_it(cast, area, who):
    assert area in LocalArea.objects.visible_to(cast[who])


@pytest.mark.parametrize("who", ["stranger", "outsider", "nobody"])
def test_other_people_do_not_see_the_area(cast, area, who):
    assert area not in LocalArea.objects.visible_to(cast[who])
