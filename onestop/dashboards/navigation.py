"""First pages and dashboards among the places to go."""

from onestop import pages
from onestop.pages import Entry

pages.add(
    Entry("Home", icon="house", name="dashboards:home", order=1, in_area=True, tab=1),
    Entry("All areas", icon="buildings", name="dashboards:state", order=2, marks=("dashboards:state",)),
)
