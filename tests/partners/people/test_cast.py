"""The cast itself: who sees the area in which the tests play."""

import pytest

from partners.models import LocalArea


@pytest.mark.parametrize("who", ["staff", "manager", "colleague", "neighbor", "board", "state"])
def test_who_has_a_part_in_the_area_sees_it(cast, area, who):
    assert area in LocalArea.objects.visible_to(cast[who])


@pytest.mark.parametrize("who", ["stranger", "outsider", "nobody"])
def test_who_has_no_part_in_the_area_does_not_see_it(cast, area, who):
    assert area not in LocalArea.objects.visible_to(cast[who])
