"""Names of files as people bring them."""

import pytest

from onestop.files import kinds
from onestop.files.names import LONGEST, clean_name


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Letter of appointment.pdf", "Letter of appointment.pdf"),
        ("Résumé, Señora Núñez.PDF", "Résumé, Señora Núñez.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\dana\\letter.pdf", "letter.pdf"),
        ("let\nter\r\n.pdf", "let ter.pdf"),
        ("letter\x00\x1b[31m.pdf", "letter[31m.pdf"),
        ("letter\u202efdp.exe.pdf", "letterfdp.exe.pdf"),
        ("a\u200bb\u2066c.pdf", "abc.pdf"),
        ('a"b<c>:|?*.pdf', "abc.pdf"),
        (" .hidden . .pdf", "hidden.pdf"),
        ("Resolution No. 5", "Resolution No. 5.pdf"),
        (".pdf", "Proof.pdf"),
        ("", "Proof.pdf"),
        ("\u202e", "Proof.pdf"),
        ("...", "Proof.pdf"),
        ("scan", "scan.pdf"),
    ],
)
def test_names_are_kept_without_surprises(name, clean):
    assert clean_name(name, "pdf", "Proof") == clean


def test_a_long_name_keeps_its_ending():
    assert clean_name("x" * 300 + ".pdf", "pdf", "Proof") == "x" * LONGEST + ".pdf"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.PDF", "pdf"), ("a.jpeg", "jpeg"), ("a.exe", "other"), ("a.docm", "other"), ("No. 5", None), ("scan", None)],
)
def test_an_ending_claims_a_kind(name, kind):
    assert kinds.kind_by_ending(name) == kind
