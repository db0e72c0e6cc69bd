"""Three files as offices keep them, with invented names: a roster, a list of services, and an export with semicolons.

Each odd cell stands in a list below its file, with what becomes of it: a value, a remark, or both.
"""

import io
from datetime import date

import openpyxl
from openpyxl.styles import PatternFill

from tests.partners.importing.messy import saved

YELLOW = PatternFill("solid", fgColor="FFFF00")


def roster() -> bytes:
    """Return a roster: titles above a header of two rows in line 7, colors, blank agencies, notes at the side."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Partners"
    rows: list[list[object]] = [
        ["LOWER HERON VALLEY WORKFORCE AREA"],
        ["One-Stop Partner Contact List"],
        ["Revised:", date(2026, 9, 14)],
        [],
        ["CONFIDENTIAL - internal use only"],
        ["Agency", "WIOA Program(s)", "Contact Person", None, None, "Office", None, "MOU signed", "Web", "Comments"],
        [None, None, "Name / Title", "Ph.", "E-mail", "Address", "City/ZIP", None, None, None],
        ["Heron Dept. of Rehab (DOR)", "Title IV - VR", "Ana Diaz, Branch Mgr / Bo Chen",
         "(555) 555-0115/ask for Art", "ana@dor.example; bo@dor.example", "12 Quay St", "Millpond, OH 43215",
         "Sept 2024", "dor.example", "prefers e-mail"],
        [None, "TAA / Vets (JVSG)", "Cy Ono", "555-555-0116 x 204", "cy@dor.example", "12 Quay St", "Millpond 43215",
         "10/31", "n/a", None],
        ["Div. of Rehab", "VR", "Ana Diaz", "(555) 555-0115", "ana@dor.example", None, None, None, None, None],
        ["Silver Oaks Senior Employment", "Title V SCSEP", "Di Fox (interim)", "moved?", "di@oaks", "same",
         "Heron 43216", "ongoing", "www.oaks.example (under construction)", "Call Tues only"],
        ["Heron County Human Services", "CalFresh E&T; TANF", "Eva Ruíz & Gil Park", "555 555 0117",
         "eva@hchs.example", "1 Elm St\nSuite 4", "Heron", "7/1/2025 - 6/30/2026", "see flyer", "Niñas y niños"],
        ["Niños Primero", "Basket weaving", "vacant", "TBD", "-", "4 Bay Rd", "43216", "7/1/2026 (tentative)",
         "http://ninos.example/", "Sí"],
        ["Total partners", "=COUNTA(A8:A13)"],
        ["* shaded rows: MOU not yet signed"],
        [None, None, "Yellow = new contact"],
    ]  # fmt: skip
    for row in rows:
        page.append(row)
    for cells in ("A1:J1", "A2:J2", "A5:J5", "A6:A7", "B6:B7", "C6:E6", "F6:G6", "H6:H7", "I6:I7", "J6:J7"):
        page.merge_cells(cells)
    page["L8"], page["L9"] = "Updated by Dana", "Check w/ Dana"
    for column in "ABCDEFGHIJ":
        page[f"{column}11"].fill = YELLOW
    page.column_dimensions["H"].hidden = True
    page.row_dimensions[13].hidden = True
    return saved(book)


ROSTER_PROGRAMS = ("vocational-rehabilitation", "taa", "jvsg", "scsep", "snap-et", "tanf")


def services() -> bytes:
    """Return a list of services in Windows-1252: groups, "Spanish?" with yes and words, formulas, ditto, a legend."""
    rows = (
        "Services offered at the Heron AJC,,,,,,,,,,\n"
        "printed 9/14/2026,,,,,,,,,,\n"
        "Agency,Service,Who can get help,Groups,Spanish?,Languages,Hrs,Ph.,Zip,Cost,Other info\n"
        "Willow Works,R\u00e9sum\u00e9 help,Adults 18+,Youth / Adults (low income),Y,,M-F 9\u20135,"
        "555-555-0101,43215,free,bring I.D.\n"
        ',Mock interviews,same as above,Everyone,some staff,,",,",same,4321,$5-$10,see flyer\n'
        ',Clothes closet,n/a,Vets?,N,"Eng, Spansh, Hmong",by appt.,call first,43215,,\n'
        "Oak Street Center,GED class,16-24; no diploma,out of school youth; dropouts,Yes - Tues,,Evenings,"
        "555-0142 or (555) 555-0102,Ames 50010,none,ma\u00f1ana\n"
        "Oak St. Ctr,G.E.D. classes,16+,Youth,X,,Evenings,(555) 555-0102,50010,n/c,dup?\n"
        "Subtotal,4,,,,,,,,,\n"
        "KEY: Y = yes; N = no,,,,,,,,,,\n"
    )
    return rows.encode("cp1252")


def export() -> bytes:
    """Return an export with semicolons: two columns of phones, dates as numbers, mojibake, two names of an email."""
    rows = (
        "sep=;\n"
        "Organisation;Short name;Programs;Contact;Contact e-mail;Contact phone;Main phone;Since;Website;Status;Type\n"
        "Ames Learning Lab;ALL;AEFLA / ESL;Hal Ito;hal@lab.example;x 12;555-555-0120;45474;lab.example;active;"
        "non-profit\n"
        "Ames Learning Lab;ALL;Perkins;Ida Ko;hal@lab.example;555-555-0121;555-555-0120;45474;lab.example;active;\n"
        "Educaci\u00c3\u00b3n Ya;;;Jo;jo@ya.example;;+1 (555) 555-0122;July 4th, 2025;ya.example;signed, 2nd yr;CBO\n"
        "Heron Tribal TERO;;Native American (Sec. 166);Kim Lo / Lee Moe / Max Ng;kim@tero.example;"
        "555-555-0123, 0124;same;2026-13-01;tero.example or heron.example;pending;tribe?\n"
        "#REF!;;;;;;;;;;\n"
    )
    return rows.encode()


def old_name() -> bytes:
    """Return tab-separated text, as it is saved under a name that ends with .xls."""
    rows = [
        ["Partner", "Center", "Day(s)", "Hours", "Staff", "Note"],
        ["Millrace Adult Learning", "Riverbend", "1st & 3rd Tue", "9-12", "Ana Diaz / Bo Chen", "moved?"],
        ["", "Riverbend", "Wed", "by appt", "some staff", "TBD"],
        ["", "Riverbend", "ongoing", "8:30am to 4pm", "", ""],
    ]
    return "\n".join("\t".join(row) for row in rows).encode("utf-16")


def grouped() -> bytes:
    """Return services below headings with the name of their agency."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    rows: list[list[object]] = [
        ["Organization", "Service", "Description", "Phone", "Days/Hours"],
        ["WILLOW WORKS:"],
        [None, "Job club", "Weekly group", "555-555-0101", "Tue 1-3"],
        [None, "Tax help", "Jan - Apr only", "555-555-0103", "10/31"],
        ["Oak Street Center"],
        [None, "English class", "ESL, all levels", "(555) 555-0102 (Luz)", "M/W eve"],
        [None, "TOTAL", 3],
    ]
    for row in rows:
        page.append(row)
    return saved(book)


def as_stream(data: bytes) -> io.BytesIO:
    """Return a file in memory."""
    return io.BytesIO(data)
