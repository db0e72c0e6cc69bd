"""Words in the titles of columns, and what they mean: abbreviations, parts of titles, and Spanish.

A title is folded (small letters, no accents, no punctuation), its phrases and words become subjects, and the first
rule whose subjects all occur says the field: "E-mail addr." has the subjects email and address, and is an email.
"""

import re
from functools import lru_cache

from onestop.editing.languages import find_language
from partners.importing import cells

# Phrases are looked for first, and what they cover is no longer split into words.
PHRASES = {
    "eligible": ("who can get", "who can apply", "who can use", "who may", "who qualifies", "who is eligible",
                 "quien puede", "quienes pueden", "quien califica", "quienes califican"),
    "served": ("who is served", "who they serve", "who it serves", "who we serve", "whom they serve", "population served",
               "a quien sirve", "a quienes sirve", "a quien atiende", "serves whom"),
    "apply": ("how to apply", "how to get", "how to access", "how to enroll", "how do i", "como solicitar", "como aplicar",
              "como inscribirse", "how to refer", "sign up"),
    "bring": ("what to bring", "que traer", "que llevar", "papers needed", "what you need"),
    "about": ("what they do", "what it does", "what they offer", "what it is", "que hacen", "que ofrece", "que ofrecen"),
    "contact": ("point of contact", "who to call", "persona de contacto", "contact person", "person in charge"),
    "website": ("web site", "web page", "web address", "home page", "sitio web", "pagina web", "pagina de internet"),
    "email": ("e mail", "correo electronico"),
    "zip": ("zip code", "codigo postal", "postal code"),
    "county": ("area served", "areas served", "service area", "area de servicio", "counties served"),
    "phone": ("contact no", "phone no", "numero de telefono"),
    "accessible": ("wheel chair", "silla de ruedas"),
    "wait": ("wait list", "waiting list", "lista de espera", "tiempo de espera"),
    "keyword": ("palabras clave", "key words"),
    "note": ("other info", "other information", "additional info", "additional information", "more info",
             "special instructions"),
    "other_phone": ("toll free", "text line", "after hours"),
    "alternate": ("secondary contact", "backup contact", "second contact", "alternate contact", "other contact", "contact 2"),
}  # fmt: skip
WORDS = {
    "phone": "ph phone phones telephone tel tele telefono telefonos phon cell mobile celular",
    "email": "email emails correo correos mail",
    "address": "addr address addresses street direccion domicilio calle",
    "city": "city town ciudad municipality municipio",
    "state": "state estado",
    "zip": "zip zipcode postal",
    "hours": "hrs hr hours hour horario horarios horas schedule",
    "eligible": "elig eligible eligibility qualify qualifies qualifications requirements requirement reqs requisitos "
                "elegibilidad criteria",
    "program": "program programs pgm pgms prog progs programa programas",
    "service": "service services svc svcs servicio servicios activity activities",
    "agency": "agency agencies org orgs organization organizations organisation partner partners provider providers entity "
              "agencia agencias organizacion organizaciones socio socios proveedor proveedores entidad",
    "contact": "contact contacts contacto contactos rep representative representatives representante liaison poc",
    "website": "website websites web url homepage link",
    "about": "desc descr description descripcion about summary details",
    "language": "lang langs language languages idioma idiomas lenguaje bilingual",
    "cost": "cost costs fee fees price costo costos precio cuota charge",
    "bring": "docs documents documentation documentos",
    "apply": "apply intake referral referrals enroll enrollment solicitud inscripcion",
    "note": "note notes comment comments remarks notas nota comentarios observaciones",
    "county": "county counties condado condados",
    "served": "audience population populations serves clientele poblacion",
    "job": "title position role puesto cargo titulo",
    "acronym": "acronym abbreviation abbrev siglas sigla",
    "kind": "type category tipo categoria sector",
    "since": "since joined desde",
    "accessible": "accessible accessibility ada wheelchair accesible accesibilidad",
    "wait": "wait waitlist espera",
    "keyword": "tags keywords topics",
    "funding": "funding funder funders funds fondos",
    "center": "center centers centro centros ajc",
    "place": "location locations site sites office offices branch ubicacion lugar oficina",
    "name": "name names nombre nombres",
    "other_phone": "fax tty tdd hotline tollfree",
    "term": "term terms termino terminos word words palabra palabras",
    "meaning": "definition definitions meaning definicion significado",
    "day": "day days weekday weekdays dia dias",
    "room": "room desk cubicle escritorio cuarto",
    "staff": "staff who personal",
    "main": "main office general agency front",
    "alternate": "alternate alt secondary backup suplente",
    "date": "date fecha updated modified verified reviewed",
}  # fmt: skip
# For each kind of file, the fields in the order in which they are tried, with the subjects that a title must have.
RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "partners": (
        ("", "other_phone"), ("", "alternate"),
        ("contact_phone", "contact phone"), ("contact_email", "contact email"), ("contact_name", "name job"),
        ("contact_title", "contact job"),
        ("email", "email"), ("phone", "phone"), ("website", "website"), ("notes", "note"), ("counties_served", "county"),
        ("programs", "program"), ("city", "city zip"), ("postal_code", "zip"), ("street", "address"), ("city", "city"), ("state_code", "state"),
        ("", "hours"), ("", "language"), ("short_name", "acronym"), ("kind", "kind"), ("description", "about"),
        ("contact_name", "contact"), ("contact_title", "job"), ("since", "since"), ("", "date"),
        ("description", "service"), ("name", "agency"), ("place_name", "place"),
    ),
    "services": (
        ("", "other_phone"), ("", "alternate"),
        ("partner_phone", "agency phone"), ("partner_email", "agency email"), ("partner_website", "agency website"),
        ("place_phone", "place phone"), ("place_hours", "place hours"), ("partner_description", "agency about"),
        ("email", "email"), ("phone", "phone"), ("website", "website"), ("eligibility", "eligible"), ("hours", "hours"),
        ("languages", "language"), ("documents", "bring"), ("how_to_get_in", "apply"), ("cost", "cost"),
        ("wait_time", "wait"), ("audience", "served"), ("city", "city zip"), ("postal_code", "zip"), ("street", "address"), ("city", "city"),
        ("state_code", "state"), ("notes", "note"), ("keywords", "keyword"), ("funding_sources", "funding"),
        ("accessibility", "accessible"), ("description", "about"), ("kind", "kind"), ("", "contact"), ("", "date"),
        ("centers", "center"), ("name", "program name"), ("programs", "program"), ("name", "service"),
        ("partner", "agency"), ("places", "place"),
    ),
    "terms": (
        ("abbreviation", "acronym"), ("definition", "meaning"), ("definition", "about"), ("system", "agency"), ("name", "term"),
    ),
    "presence": (
        ("phone", "phone"), ("center", "center"), ("hours", "hours"), ("weekdays", "day"), ("desk", "room"),
        ("who", "staff"), ("who", "contact"), ("note", "note"), ("partner", "agency"), ("partner", "program"),
        ("center", "place"),
    ),
}  # fmt: skip
SUBJECTS: dict[str, set[str]] = {}
for _subject, _words in WORDS.items():
    for _word in _words.split():
        SUBJECTS.setdefault(_word, set()).add(_subject)
OF_PERSON = {"phone": "contact_phone", "email": "contact_email"}  # fields that a person beside them may own
LONGEST_TITLE = 80  # characters; a longer text is no title


@lru_cache(maxsize=10_000)
def subjects_of(title: str) -> frozenset[str]:
    """Return what the words of a title are about."""
    text = f" {cells.fold(title[:LONGEST_TITLE])} "
    found: set[str] = set()
    for subject, phrases in PHRASES.items():
        for phrase in phrases:
            if f" {phrase} " in text:
                found.add(subject)
                text = text.replace(f" {phrase} ", " ")
    for word in text.split():
        found |= SUBJECTS.get(word) or SUBJECTS.get(word.rstrip("s"), set())
    if language_of(title):
        found.add("language")
    return frozenset(found)


def field_by_parts(kind: str, title: str) -> str:
    """Return the field that parts of a title say, or an empty string."""
    found = subjects_of(title)
    for code, needed in RULES.get(kind, ()):
        if found.issuperset(needed.split()):
            return code
    return ""


@lru_cache(maxsize=10_000)
def language_of(title: str) -> str:
    """Return the language that a title asks for: "Spanish?", "Speaks Spanish", "¿Español?"; or an empty string."""
    words = [word for word in cells.fold(title[:LONGEST_TITLE]).split() if word not in SPEAKING]
    name = " ".join(words)
    if not words or len(words) > 3:
        return ""
    return find_language(SPANISH_NAMES.get(name, name)) or ""


SPEAKING = frozenset(
    ("speak", "speaks", "speaking", "spoken", "staff", "available", "services", "offered", "habla", "hablan", "se", "in",
     "y", "n", "yes", "no")
)  # fmt: skip
SPANISH_NAMES = {"espanol": "Spanish", "ingles": "English", "vietnamita": "Vietnamese", "lenguaje de senas": "ASL"}


def is_of_the_agency(title: str) -> bool:
    """Return whether a title says that a phone or an email is not a person's."""
    return bool(subjects_of(title) & {"main", "agency", "place", "service", "program", "other_phone"})


def parts_of(title: str) -> tuple[str, str]:
    """Return the group and the title of a joined one: "Contact: Phone"; the group is empty for others."""
    group, _, part = title.rpartition(": ")
    return group, part


def is_contact(title: str) -> bool:
    """Return whether a title is about a person."""
    return "contact" in subjects_of(title)


def text_likeness(text: str) -> float:
    """Return how much a text looks like the title of a column: 1 for "Contact phone", 0 for a phone number."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_TITLE or "@" in text or text.casefold().startswith(("http", "www.")):
        return 0.0
    digits = sum(sign.isdigit() for sign in text)
    letters = sum(sign.isalpha() for sign in text)
    if digits > 2 or not letters:
        return 0.0
    words = len(re.findall(r"\w+", text))
    return 1.0 if words <= 4 else 0.6 if words <= 7 else 0.2
