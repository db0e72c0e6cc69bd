"""Models of the dashboards."""

from onestop.dashboards.models.engagement import ActExcuse, EngagementFormula
from onestop.dashboards.models.opportunities import BoardInterest, Offer, Opportunity
from onestop.dashboards.models.papers import DashboardPdf, PacketLink
from onestop.dashboards.models.snapshots import AreaSnapshot

__all__ = [
    "ActExcuse",
    "AreaSnapshot",
    "BoardInterest",
    "DashboardPdf",
    "EngagementFormula",
    "Offer",
    "Opportunity",
    "PacketLink",
]
