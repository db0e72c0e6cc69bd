"""Form fields made from model fields say each limit once, in plain words."""

import pytest
from django import forms

from agreements.models import FundingBudget
from onestop.editing.model_fields import model_fields


@pytest.mark.parametrize(("typed", "said"), [("-5", "Enter 1 or more."), ("99999", "Enter 365 or less.")])
def test_a_number_past_a_limit_is_refused_once_by_the_narrowest_limit(typed, said):
    class Settings(forms.Form):
        def __init__(self, data):
            super().__init__(data)
            self.fields |= model_fields(FundingBudget, ("issue_days",))

    assert Settings({"issue_days": typed}).errors == {"issue_days": [said]}
    assert Settings({"issue_days": "45"}).is_valid()
