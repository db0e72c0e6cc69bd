"""The reference list of one-stop partner programs: 19 required ones in 13 groups, and the additional ones.

Source: 20 CFR 678.400(b) for the required programs, 678.405 for the exemption of TANF, 678.410(b) for the others.
Update the list when the law changes; ``manage.py load_programs`` writes it to the database.
"""

from dataclasses import asdict, dataclass, fields

from django.db import transaction

from onestop.editing import bulk
from onestop.editing.versions import apply_facts
from partners.models import Program

TITLE_I = "WIOA Title I"


@dataclass(frozen=True)
class Listed:
    """One program of the list; ``aliases`` are other spellings, in lower case."""

    code: str
    short_name: str
    name: str
    group: str
    legal_source: str
    description: str
    aliases: tuple[str, ...] = ()


REQUIRED = (
    Listed(
        "title-i-adult", "Title I Adult", "WIOA Title I Adult program", TITLE_I, "20 CFR 678.400(b)(1)(i)",
        "Career services and training for adults who look for work, first of all those with low income.",
        ("adult", "adults", "adult program", "wioa adult", "wioa title i adult", "title 1 adult", "wioa title 1 adult",
         "ti adult", "wioa i adult", "title i adults",
         "title i a", "title i-a", "title 1 a", "wioa a", "wioa title i a", "title i - adult", "wioa adults"),
    ),
    Listed(
        "title-i-dislocated-worker", "Title I Dislocated Worker", "WIOA Title I Dislocated Worker program", TITLE_I,
        "20 CFR 678.400(b)(1)(ii)", "Help back to work for people who were laid off or are about to be.",
        ("dw", "dislocated worker", "dislocated workers", "wioa dw", "wioa dislocated worker", "title i dw",
         "wioa title i dislocated worker", "wioa title i dw", "title 1 dislocated worker",
         "wioa title 1 dislocated worker", "dislocated worker program", "title i dislocated workers",
         "title 1 dw", "title i d", "wioa title i d", "displaced workers", "dislocated wkr"),
    ),
    Listed(
        "title-i-youth", "Title I Youth", "WIOA Title I Youth program", TITLE_I, "20 CFR 678.400(b)(1)(iii)",
        "School, training and first work for young people who meet barriers, mostly out of school, aged 16 to 24.",
        ("youth", "youth program", "wioa youth", "wioa title i youth", "title 1 youth", "wioa title 1 youth",
         "title i y", "title 1 y", "wioa y", "wioa title i y", "out-of-school youth program", "title i youth program"),
    ),
    Listed(
        "job-corps", "Job Corps", "Job Corps", TITLE_I, "20 CFR 678.400(b)(1)(iv)",
        "Free education and job training, often with a place to live, for young people aged 16 to 24.",
        ("jobcorps", "job corps center", "wioa job corps"),
    ),
    Listed(
        "youthbuild", "YouthBuild", "YouthBuild", TITLE_I, "20 CFR 678.400(b)(1)(v)",
        "Young people earn a diploma while they learn a trade by building homes for their community.",
        ("youth build", "wioa youthbuild"),
    ),
    Listed(
        "native-american", "Native American programs", "WIOA Title I Native American programs", TITLE_I,
        "20 CFR 678.400(b)(1)(vi)",
        "Employment and training for American Indians, Alaska Natives and Native Hawaiians.",
        ("native american", "native american program", "indian and native american programs", "inap", "ina",
         "section 166", "wioa section 166", "wioa native american", "wioa title i native american",
         "title i native american", "native american employment and training"),
    ),
    Listed(
        "nfjp", "NFJP", "National Farmworker Jobs Program", TITLE_I, "20 CFR 678.400(b)(1)(vii)",
        "Training, housing help and career services for migrant and seasonal farmworkers and their families.",
        ("national farmworker jobs", "farmworker", "farmworkers", "migrant and seasonal farmworker programs",
         "migrant and seasonal farmworkers", "migrant seasonal farmworker", "msfw", "section 167", "wioa section 167",
         "migrant & seasonal farmworker"),
    ),
    Listed(
        "wagner-peyser", "Wagner-Peyser", "Wagner-Peyser Employment Service", "WIOA Title III", "20 CFR 678.400(b)(2)",
        "The public employment service: job matching, help with the search, services to employers.",
        ("wp", "wagner peyser", "wagner-peyser act", "employment service", "employment services", "es", "title iii",
         "wioa title iii", "wagner-peyser es", "job service",
         "title 3", "wioa title 3", "labor exchange", "wagner-peyser employment services", "wagner peyser es"),
    ),
    Listed(
        "aefla", "Adult Education (AEFLA)", "Adult Education and Family Literacy", "WIOA Title II",
        "20 CFR 678.400(b)(3)",
        "Reading, writing, math, English and high-school equivalency classes for adults.",
        ("aefla", "adult education", "adult ed", "abe", "adult basic education", "adult education & family literacy",
         "adult education and family literacy act", "title ii", "wioa title ii", "ged", "esl", "abe/esl",
         "adult education and literacy",
         "title 2", "wioa title 2", "adult literacy", "hse", "high school equivalency", "abe/ase", "aefla/abe"),
    ),
    Listed(
        "vocational-rehabilitation", "VR", "Vocational Rehabilitation", "WIOA Title IV, Rehabilitation Act Title I",
        "20 CFR 678.400(b)(4)", "Help for people with disabilities to prepare for, find and keep work.",
        ("voc rehab", "voc. rehab.", "vocational rehab", "vocational rehabilitation (vr)", "vr services",
         "rehabilitation", "title iv", "wioa title iv", "dvr", "rehab act", "vocational rehabilitation services",
         "title 4", "wioa title 4", "title iv vr", "vocational rehabilitation program", "state vr", "v.r."),
    ),
    Listed(
        "scsep", "SCSEP", "Senior Community Service Employment Program", "Older Americans Act Title V",
        "20 CFR 678.400(b)(5)", "Paid part-time community work and training for people of 55 and more with low income.",
        ("senior community service employment", "title v", "older americans act", "older americans act title v",
         "senior employment", "older worker program",
         "title 5", "title v scsep", "title v older americans act", "oaa title v", "senior community service"),
    ),
    Listed(
        "perkins", "Perkins", "Postsecondary career and technical education (Perkins)", "Carl D. Perkins Act",
        "20 CFR 678.400(b)(6)", "Career and technical education at colleges.",
        ("perkins cte", "perkins v", "cte", "career and technical education", "career & technical education",
         "carl perkins", "carl d. perkins", "postsecondary cte", "postsecondary career and technical education",
         "perkins career and technical education",
         "carl d. perkins cte", "perkins iv", "perkins act", "postsecondary perkins"),
    ),
    Listed(
        "taa", "TAA", "Trade Adjustment Assistance", "Trade Act Title II, chapter 2", "20 CFR 678.400(b)(7)",
        "Training and income support for workers who lost their jobs to trade with other countries.",
        ("trade adjustment assistance act", "trade act", "trade", "trade adjustment",
         "taa program", "trade adjustment assistance program", "trade program", "taa/tra", "trade readjustment"),
    ),
    Listed(
        "jvsg", "JVSG", "Jobs for Veterans State Grants", "38 U.S.C. chapter 41", "20 CFR 678.400(b)(8)",
        "Specialists who help veterans with barriers to work, and reach out to employers for them.",
        ("jobs for veterans", "jobs for veterans state grant", "veterans", "veterans employment", "dvop", "lver",
         "veterans services",
         "vets", "vets (jvsg)", "veterans program", "dvop/lver", "jvsg/dvop", "state veterans program"),
    ),
    Listed(
        "csbg", "CSBG", "Community Services Block Grant employment and training", "Community Services Block Grant Act",
        "20 CFR 678.400(b)(9)",
        "Employment and training that community action agencies give to people with low income.",
        ("csbg employment and training", "csbg e&t", "community services block grant", "community action",
         "community service block grant",
         "csbg e & t", "csbg program"),
    ),
    Listed(
        "hud", "HUD", "HUD employment and training", "Department of Housing and Urban Development",
        "20 CFR 678.400(b)(10)", "Employment and training for people who live in public or assisted housing.",
        ("hud employment and training", "hud e&t", "housing and urban development", "housing authority", "hud programs",
         "department of housing and urban development"),
    ),
    Listed(
        "unemployment", "UI", "Unemployment compensation", "State unemployment compensation laws",
        "20 CFR 678.400(b)(11)", "Unemployment benefits: help to file a claim and to meet its conditions.",
        ("unemployment insurance", "unemployment", "unemployment insurance (ui)", "uc",
         "unemployment compensation (uc)", "unemployment compensation programs", "state unemployment insurance"),
    ),
    Listed(
        "second-chance", "Second Chance", "Second Chance Act reentry programs", "Second Chance Act, section 212",
        "20 CFR 678.400(b)(12)", "Help into work for people who come back from prison or jail.",
        ("second chance act", "reentry", "re-entry", "reentry employment opportunities", "reo", "ex-offender programs",
         "second chance act programs", "reentry programs"),
    ),
    Listed(
        "tanf", "TANF", "Temporary Assistance for Needy Families", "Social Security Act Title IV-A",
        "20 CFR 678.400(b)(13); exemption by the Governor 678.405",
        "Cash aid and work support for families with children and little income.",
        ("temporary assistance to needy families", "tanf employment and training", "tanf work program", "tanf e&t",
         "welfare to work", "workfirst", "cash assistance",
         "calworks", "tanf/calworks", "w-2", "wisconsin works", "tanf jobs program"),
    ),
)  # fmt: skip

ADDITIONAL = (
    Listed(
        "ticket-to-work", "Ticket to Work", "Ticket to Work (Social Security)", "Social Security Act, section 1148",
        "20 CFR 678.410(b)(1)", "Free employment support for people who get Social Security disability benefits.",
        ("ttw", "ssa ticket to work", "ticket-to-work", "ssa", "employment network"),
    ),
    Listed(
        "sba", "SBA", "Small Business Administration employment and training", "Small Business Administration",
        "20 CFR 678.410(b)(2)", "Counseling and training for people who start or run a small business.",
        ("small business administration", "sbdc", "small business development center"),
    ),
    Listed(
        "snap-et", "SNAP E&T", "SNAP Employment and Training", "Food and Nutrition Act, section 6(d)(4)",
        "20 CFR 678.410(b)(3)", "Training and support into work for people who get food assistance.",
        ("snap", "snap employment & training", "food stamp employment and training", "fset", "bfet", "snap et",
         "calfresh e&t", "calfresh employment and training", "calfresh et", "calfresh", "snap 50/50", "snap e & t",
         "food assistance employment and training", "basic food employment and training"),
    ),
    Listed(
        "cap", "Client Assistance", "Client Assistance Program", "Rehabilitation Act, section 112",
        "20 CFR 678.410(b)(4)", "Advice and advocacy for people who have questions or trouble with VR.",
        ("cap", "client assistance (cap)", "client assistance program (cap)"),
    ),
    Listed(
        "national-service", "National service", "National and Community Service Act programs",
        "National and Community Service Act of 1990", "20 CFR 678.410(b)(5)",
        "Paid service in the community, such as AmeriCorps, with an award for education.",
        ("americorps", "national and community service act", "national & community service act", "ncsa"),
    ),
    Listed(
        "other", "Other", "Other employment, education or training program",
        "Approved by the board and the chief elected official",
        "20 CFR 678.410(b)(6)", "Such as programs of libraries, faith groups, legal aid or the private sector.",
        ("other program", "other partner", "optional", "non-mandated", "additional partner"),
    ),
)  # fmt: skip

# What people write for several programs at once, in lower case.
TITLE_I_FORMULA = ("title-i-adult", "title-i-dislocated-worker", "title-i-youth")
PROGRAMS_TOGETHER: dict[str, tuple[str, ...]] = {
    "title i": TITLE_I_FORMULA,
    "title 1": TITLE_I_FORMULA,
    "wioa title i": TITLE_I_FORMULA,
    "wioa title 1": TITLE_I_FORMULA,
    "wioa title i-b": TITLE_I_FORMULA,
    "title i-b": TITLE_I_FORMULA,
    "wioa i": TITLE_I_FORMULA,
    "wioa formula programs": TITLE_I_FORMULA,
    "adult/dw": TITLE_I_FORMULA[:2],
    "a/dw": TITLE_I_FORMULA[:2],
    "a/dw/y": TITLE_I_FORMULA,
    "adw": TITLE_I_FORMULA[:2],
}


@transaction.atomic
def load_programs() -> int:
    """Write the list to the database and return its length. A second run changes nothing."""
    everything = [*((listed, True) for listed in REQUIRED), *((listed, False) for listed in ADDITIONAL)]
    known = {program.code: program for program in Program.objects.select_for_update().order_by("pk")}
    new, changed = [], []
    for position, (listed, required) in enumerate(everything, start=1):
        values = asdict(listed) | {"aliases": list(listed.aliases), "is_required": required, "position": position}
        program = known.get(listed.code)
        if program is None:
            new.append(Program(**values))
        elif apply_facts(program, values):
            changed.append(program)
    bulk.save_rows(changed, [field.name for field in fields(Listed)] + ["is_required", "position"])
    Program.objects.bulk_create(new)
    return len(everything)
