"""Variants of a test that `make test ALL=1` runs, as before a release, and `make test` leaves out.

One of the variants always runs: the others take the same code through another theme, role, signal or day.
"""

from typing import Any

import pytest

thorough = pytest.mark.thorough


def also(*values: Any) -> Any:
    """Return a further set of parameters."""
    return pytest.param(*values, marks=thorough)
