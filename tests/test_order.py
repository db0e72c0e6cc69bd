"""Tests of a group run in one process, which starts once what they share."""

import pytest


@pytest.mark.xdist_group("order")
def test_the_group_of_a_test_is_known_to_the_scheduler(request: pytest.FixtureRequest):
    is_grouped = request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@order") == is_grouped
