"""Synonyms by which the directory finds services that are called something else.

Everywhere: the names of programs, everyday American words for kinds of help, and the Spanish words for them. In one
area: its approved glossary.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from partners.models import LocalArea, Program, Synonym, Term

# Words with the same meaning to job seekers; each finds all others of its line.
EVERYDAY = (
    ("food stamps", "SNAP", "food assistance", "EBT"),
    ("GED", "high school equivalency", "HiSET", "high school diploma"),
    ("ESL", "ESOL", "English class", "English for speakers of other languages", "learn English"),
    ("résumé", "CV", "curriculum vitae"),
    ("housing help", "rent help", "rental assistance", "housing assistance", "eviction", "help with rent"),
    ("utility help", "heating help", "LIHEAP", "energy assistance"),
    ("child care", "childcare", "daycare", "day care"),
    ("bus pass", "bus money", "transportation", "rides"),
    ("reentry", "re-entry", "returning citizens", "criminal record", "ex-offender", "felony", "parole", "probation"),
    ("expungement", "clear my record", "clearing a criminal record", "record sealing"),
    ("senior jobs", "older workers", "jobs for seniors", "SCSEP", "Senior Community Service Employment Program"),
    ("cash aid", "cash assistance", "welfare", "TANF"),
    ("disability employment", "jobs for people with disabilities", "supported employment", "vocational rehabilitation"),
    ("layoff", "laid off", "dislocated worker", "rapid response"),
    ("unemployment benefits", "unemployment insurance", "jobless benefits", "UI"),
    ("nursing assistant", "CNA"),
    ("truck driving", "truck driver", "CDL", "commercial driver"),
    ("computer class", "digital skills", "computer training"),
    ("sign language", "ASL", "American Sign Language"),
    ("food pantry", "food bank", "groceries", "meals"),
    ("legal aid", "lawyer", "attorney", "legal help"),
    ("internship", "work experience"),
    ("hearing loss", "hard of hearing", "deaf"),
    ("low vision", "blind", "visually impaired"),
    ("interview clothes", "work clothes", "clothing"),
    ("homeless shelter", "shelter", "homeless"),
)
# Abbreviations that find their long form, but not the reverse: "job training" is not always on the job.
ONE_WAY = {"OJT": ("on-the-job training",), "ITA": ("individual training account",), "IEP": ("career plan",)}
# What Spanish speakers look for, without small words ("cuidado de niños"): these are left out of what is typed.
SPANISH = {
    "abogado": ("legal help", "lawyer"),
    "alimentos": ("food",),
    "alquiler": ("rent", "rent help"),
    "asistencia": ("assistance",),
    "ayuda": ("help",),
    "beca": ("scholarship", "tuition"),
    "camión": ("truck driving",),
    "capacitación": ("training",),
    "cárcel": ("jail", "reentry"),
    "carpintero": ("carpentry",),
    "casa": ("housing",),
    "ciego": ("blind",),
    "ciudadanía": ("citizenship",),
    "clases": ("class",),
    "comida": ("food",),
    "computación": ("computer class",),
    "computadora": ("computer",),
    "cuidado niños": ("child care",),
    "desempleo": ("unemployment insurance", "unemployment"),
    "discapacidad": ("disability",),
    "discapacitados": ("disability",),
    "empleador": ("employers",),
    "empleo": ("job", "employment"),
    "enfermera": ("nursing",),
    "enfermería": ("nursing",),
    "entrevista": ("interview",),
    "escuela": ("school",),
    "estampillas comida": ("SNAP", "food stamps"),
    "gratis": ("free",),
    "guardería": ("child care",),
    "hoja vida": ("résumé",),
    "inglés": ("English",),
    "intérprete": ("interpreter",),
    "jóvenes": ("youth",),
    "lenguaje señas": ("sign language",),
    "libertad condicional": ("parole", "reentry"),
    "licencia": ("license",),
    "manejar": ("driving",),
    "negocio": ("business",),
    "renta": ("rent", "rent help"),
    "ropa": ("clothes", "clothing"),
    "salud": ("health",),
    "silla ruedas": ("wheelchair",),
    "soldador": ("welding",),
    "soldadura": ("welding",),
    "sordo": ("deaf",),
    "trabajo": ("job", "work"),
    "transporte": ("transportation", "rides"),
    "veterano": ("veteran",),
    "vivienda": ("housing",),
}
# Other names of programs that are everyday words, or that the lines above cover better.
TOO_PLAIN = frozenset(
    {
        "abe/esl", "adult", "adults", "cap", "employment network", "employment service", "employment services", "es",
        "esl", "farmworker", "farmworkers", "ged", "housing authority", "job service", "optional", "other",
        "reentry", "re-entry", "rehabilitation", "trade", "unemployment", "veterans", "youth",
    }
)  # fmt: skip
Wordings = dict[str, list[str]]


def refresh_synonyms(area: LocalArea | None = None) -> int:
    """Rewrite the synonyms of an area from its terms, or the general ones from the programs; return how many.

    Call this in the transaction that approves, changes or archives a term.
    """
    with transaction.atomic():
        # Lock before reading: of two concurrent approvals in one area, the second must see the term of the first.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('synonyms'), %s)", [area.pk if area else 0])
        wordings = _of_area(area) if area else _everywhere()
        rows = [Synonym(area=area, wording=wording[:120], also=also) for wording, also in sorted(wordings.items())]
        Synonym.objects.filter(area=area).delete()
        Synonym.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _everywhere() -> Wordings:
    found: Wordings = defaultdict(list)
    for line in EVERYDAY:
        _add(found, line)
    for wording, others in (ONE_WAY | SPANISH).items():
        _lead(found, wording, others)
    for program in Program.objects.exclude(code="other").order_by("position"):
        for wording in _names_of(program):
            # One way: "title ii" means adult education, but people who look for a class do not mean a title of a law.
            _lead(found, wording, [program.name])
        _lead(found, program.name, [program.short_name])
    return found


def _names_of(program: Program) -> Iterator[str]:
    for wording in (program.short_name, *program.aliases):
        if wording.casefold() not in TOO_PLAIN and wording.casefold() != program.name.casefold():
            yield wording


def _of_area(area: LocalArea) -> Wordings:
    found: Wordings = defaultdict(list)
    for term in Term.objects.approved().filter(area=area).order_by("pk"):
        _add(found, [term.agreed_name, term.agreed_abbreviation, *term.agreed_synonyms, *term.agreed_search_only])
    return found


def _add(found: Wordings, wordings: Iterable[str]) -> None:
    """Make each wording find all others."""
    line = [wording for wording in wordings if wording]
    for wording in line:
        _lead(found, wording, line)


def _lead(found: Wordings, wording: str, others: Iterable[str]) -> None:
    key = wording.casefold()
    known = {key, *(other.casefold() for other in found.get(key, ()))}
    for other in others:
        if other.casefold() not in known:
            known.add(other.casefold())
            found[key].append(other)
