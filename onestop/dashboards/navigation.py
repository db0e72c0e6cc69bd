"""First pages in the frame."""

from onestop import pages
from onestop.pages import Entry

pages.add(
    Entry("Home", icon="house", name="dashboards:home", order=1, in_area=True, marks=("dashboards:home",), tab=1),
)
