"""Navigation entries of agreements."""

from django.utils.translation import gettext_lazy as _

from onestop.ui import navigation
from onestop.ui.navigation import Entry

navigation.add(
    Entry(
        _("Agreements"),
        icon="file-earmark-text",
        name="agreements:agreement_list",
        group="Working together",  # no translation: the key
        order=10,
        in_area=True,
        marks=("agreements:",),
    ),
)
