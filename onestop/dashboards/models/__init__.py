"""Models of the dashboards."""

from onestop.dashboards.models.engagement import ActCorrection, ActExcuse, EngagementFormula
from onestop.dashboards.models.opportunities import BoardInterest, Offer, Opportunity
from onestop.dashboards.models.papers import DashboardPdf, PacketLink
from onestop.dashboards.models.snapshots import AreaSnapshot

__all__ = [
    "ActCorrection",
    "ActExcuse",
    "AreaSnapshot",
    "BoardInterest",
    "DashboardPdf",
    "EngagementFormula",
    "Offer",
    "Opportunity",
    "PacketLink",
]
