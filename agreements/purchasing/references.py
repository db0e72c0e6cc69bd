"""Anonymous references: a key of the purchaser's own files, by which nobody else can tell who the customer is.

34 CFR 361.38 protects the personal information of applicants and recipients of services. The portal holds none.
"""

import re
from datetime import date

from onestop.editing.personal_data import find_personal_data
from onestop.ui.sentences import retold as _

LONGEST_LETTERS = 4  # in a row: VR, RVB, CASE, but not Smith
SHORT_WORD = 3  # letters: two groups of so many may be a first and a last name
LETTERS = re.compile(r"[^\W\d_]+")
DIGITS = re.compile(r"\d[\d./ -]{0,38}\d|\d")
DATE = re.compile(r"(?<!\d)(\d{1,4})[./ -](\d{1,2})[./ -](\d{1,4})(?!\d)")
ALLOWED = re.compile(r"[A-Za-z0-9#./ -]+")
SSN_DIGITS, PHONE_DIGITS, DATE_DIGITS = 9, (10, 11), 8


def why_not_anonymous(reference: str) -> str:
    """Return what in a reference may tell who the customer is, as a sentence; blank if nothing does."""
    text = " ".join(reference.split())
    if found := find_personal_data([text]):
        return _("%(finding)s. Enter a key of your files instead, such as K-2041.") % {"finding": found[0]}
    if not ALLOWED.fullmatch(text):
        return _("Use letters, digits, hyphens, periods and slashes only, such as K-2041.")
    if not DIGITS.search(text):
        return _("A reference without a digit may be a name. Enter a key of your files instead, such as K-2041.")
    if _looks_like_a_name(text):
        return _("This may be a name. Use a few capital letters and digits, such as K-2041.")
    if _has_date(text):
        return _("This may be a birth date. Enter a key of your files instead, such as K-2041.")
    return _looks_like_a_number_of_a_person(text)


def why_it_tells(text: str) -> str:
    """Return what in a note or a report may tell who the customer is, as a sentence; blank if nothing does."""
    if found := find_personal_data([text]):
        words = _("%(finding)s. The portal holds nothing that tells who a customer is. Remove it.")
        return words % {"finding": found[0]}
    return ""


def _looks_like_a_name(text: str) -> bool:
    words = LETTERS.findall(text)
    if any(len(word) > LONGEST_LETTERS for word in words):
        return True
    if any(len(word) >= SHORT_WORD and not word.isupper() for word in words):
        return True
    return sum(len(word) >= SHORT_WORD for word in words) > 1


def _has_date(text: str) -> bool:
    for one, two, three in DATE.findall(text):
        if _is_date(one, two, three) or _is_date(three, one, two) or _is_date(three, two, one):
            return True
    whole = [run for run in re.split(r"\D+", text) if len(run) == DATE_DIGITS]
    return any(
        _is_date(run[:4], run[4:6], run[6:])
        or _is_date(run[4:], run[:2], run[2:4])
        or _is_date(run[4:], run[2:4], run[:2])
        for run in whole
    )


def _is_date(year: str, month: str, day: str) -> bool:
    """Return whether three groups of digits are a day of the last hundred years; a year may have two digits."""
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return False
    number = int(year) if len(year) == 4 else 2000 + int(year)
    if not 1900 <= number < 2100:
        return False
    try:
        date(number, int(month), int(day))
    except ValueError:
        return False
    return True


def _looks_like_a_number_of_a_person(text: str) -> str:
    for run in DIGITS.findall(text):
        number = len(re.findall(r"\d", run))
        if number == SSN_DIGITS:
            return _("Nine digits may be a Social Security number. Enter a key of your files instead, such as K-2041.")
        if number in PHONE_DIGITS:
            return _("This may be a phone number. Enter a key of your files instead, such as K-2041.")
    return ""
