"""The words of which a generated network is made: names, topics, sentences."""

import itertools

from partners.models import BoardSeat, Center, Service

# No state has such a code.
CODES = ["".join(pair) for pair in itertools.product("QXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXY")]
KINDS = (
    "College",
    "Adult School",
    "Rehabilitation Services",
    "Employment Service",
    "Community Action",
    "Housing Agency",
)
TOPICS = (
    "Vocational rehabilitation counseling", "Vocational training", "GED preparation", "English classes",
    "Job search help", "Résumé workshop", "Food assistance", "Housing help", "Child care subsidy", "Rides to work",
    "Welding certificate", "Nursing assistant training", "Job coaching", "Benefits planning", "Youth internship",
    "Help after a layoff", "Apprenticeship readiness", "Computer class", "Legal aid", "Paid community service",
    "Truck driving school", "Veterans employment help", "Reentry coaching", "Small business counseling",
)  # fmt: skip
SENTENCES = (
    "Job training and placement for people who look for work.", "A counselor makes a plan with you.",
    "We work with vocational rehabilitation and the adult school.", "Classes in the morning and in the evening.",
    "Job seekers get help with applications and the first weeks at work.",
    "Training is paid for those who qualify.", "Bring what you have; we help with the rest.",
    "Vocational programs of the county and its partners.",
    "Help with food, rent, rides and child care while you train.",
)  # fmt: skip
AUDIENCES = ("Adults", "Youth of 16 to 24", "Job seekers", "Veterans", "People with a disability")
CENTERS = {
    Center.Kind.COMPREHENSIVE: "American Job Center",
    Center.Kind.AFFILIATE: "Affiliate Center",
    Center.Kind.SPECIALIZED: "Youth Center",
}
SEATS = ["business"] * 8 + ["small_business"] * 2 + ["labor"] * 2 + list(BoardSeat.Category.values[3:-1])
FIRST = ("Ada", "Bruno", "Carla", "Dana", "Emil", "Farah", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Luis", "Mara")
LANGUAGES = ("Spanish", "Somali", "Vietnamese", "Arabic")
GROUPS = [value for value in Service.Group.values if value != Service.Group.EVERYONE]
