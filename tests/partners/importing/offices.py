"""Three files as offices keep them, with invented names: a roster, a list of services, and an export with semicolons.

Each odd cell stands in a list below its file, with what becomes of it: a value, a remark, or both.
"""

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


# Row, cell, and what becomes of it: words of the record, or of a remark on this cell or row.
ROSTER_CELLS = [
    (8, "Title IV - VR", "programs: VR"),
    (8, "Ana Diaz, Branch Mgr / Bo Chen", "Read as 2 persons: Ana Diaz and Bo Chen."),
    (8, "Ana Diaz, Branch Mgr / Bo Chen", "main Ana Diaz, Branch Mgr, ana@dor.example"),
    (8, "(555) 555-0115/ask for Art", "(555) 555-0115/ask for Art"),
    (8, "ana@dor.example; bo@dor.example", "alternate Bo Chen, , bo@dor.example"),
    (8, "Millpond, OH 43215", "Saved apart: Millpond, OH, 43215."),
    (8, "Sept 2024", "This is not a date."),
    (8, "Sept 2024", "MOU signed: Sept 2024"),
    (9, "", "It is blank. Read as “Heron Dept. of Rehab (DOR)”, as in row 8."),
    (9, "TAA / Vets (JVSG)", "Read as: TAA and JVSG."),
    (9, "555-555-0116 x 204", "(555) 555-0116 ext. 204"),
    (9, "10/31", "MOU signed: 10/31"),
    (9, "n/a", "Read as: no value."),
    (10, "Div. of Rehab", "the same email ana@dor.example"),
    (11, "Title V SCSEP", "programs: SCSEP"),
    (11, "Di Fox (interim)", "main Di Fox, interim"),
    (11, "moved?", "Not saved, because it is uncertain."),
    (11, "di@oaks", "This is not an email address."),
    (11, "same", "If it means the value above, “12 Quay St”, write it out."),
    (11, "Heron 43216", "Saved apart: Heron, 43216."),
    (11, "ongoing", "MOU signed: ongoing"),
    (11, "www.oaks.example (under construction)", "Saved: https://www.oaks.example. Not saved: “under construction”."),
    (12, "CalFresh E&T; TANF", "programs: TANF, SNAP E&T"),
    (12, "Eva Ruíz & Gil Park", "Read as 2 persons: Eva Ruíz and Gil Park."),
    (12, "1 Elm St\nSuite 4", "1 Elm St Suite 4"),
    (12, "Heron", "Heron"),
    (12, "7/1/2025 - 6/30/2026", "This is not a date."),
    (12, "see flyer", "This is not a web address."),
    (13, "Niños Primero", "This row is hidden in the workbook."),
    (13, "Basket weaving", "This is not a known value and was skipped."),
    (13, "vacant", "Not saved, because it is uncertain."),
    (13, "TBD", "Not saved, because it is uncertain."),
    (13, "43216", "Saved as the ZIP code."),
    (13, "7/1/2026 (tentative)", "since: 2026-07-01"),
    (13, "7/1/2026 (tentative)", "MOU signed: tentative"),
    (14, "Total partners", "Left out. It is a total."),
    (15, "* shaded rows: MOU not yet signed", "Left out. It is a footnote."),
    (16, "Yellow = new contact", "Left out. It explains signs or colors."),
]
ROSTER_NOTES = ["rows 11. Colors are not read", "4 rows above the header", "columns H", "rows 13", "“Updated by Dana”"]


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


SERVICE_CELLS = [
    (4, "R\u00e9sum\u00e9 help", "R\u00e9sum\u00e9 help"),
    (4, "Youth / Adults (low income)", "groups: youth, adults, low_income"),
    (4, "Y", "languages: Spanish"),
    (4, "M-F 9\u20135", "M-F 9\u20135"),
    (4, "43215", "It belongs to one location, which the row does not name."),
    (5, "", "It is blank. Read as “Willow Works”, as in row 4."),
    (5, "same as above", "Read as the value above: “Adults 18+”."),
    (5, "some staff", "This does not name a language."),
    (5, ",,", "Read as the value above: “M-F 9\u20135”."),
    (5, "same", "If it means the value above, “555-555-0101”, write it out."),
    (5, "4321", "Read as 04321, with the zero that spreadsheets leave out."),
    (5, "see flyer", "see flyer"),
    (6, "n/a", "Read as: no value."),
    (6, "Vets?", "It has a question mark."),
    (6, "Vets?", "groups: veterans"),
    (6, "Eng, Spansh, Hmong", "languages: English, Hmong"),
    (6, "Eng, Spansh, Hmong", "“Spansh” is not a language. Did you mean Spanish?"),
    (6, "call first", "This is not a phone number."),
    (7, "out of school youth; dropouts", "This is not a known value and was skipped."),
    (7, "Yes - Tues", "Saved as Spanish, without these words."),
    (7, "555-0142 or (555) 555-0102", "Saved: (555) 555-0102. Not saved: “555-0142”."),
    (7, "Ames 50010", "Saved apart: Ames, 50010."),
    (7, "ma\u00f1ana", "ma\u00f1ana"),
    (8, "Oak St. Ctr", "It may be the partner “Oak Street Center” in row 7: the same words."),
    (8, "X", "languages: Spanish"),
    (8, "dup?", "dup?"),
    (9, "Subtotal", "Left out. It is a total."),
    (10, "KEY: Y = yes; N = no", "Left out. It explains signs or colors."),
]
SERVICE_NOTES = ["was read as Windows-1252", "“printed 9/14/2026”"]


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


EXPORT_CELLS = [
    (3, "AEFLA / ESL", "Adult Education (AEFLA)"),
    (3, "x 12", "Read with the number in “Main phone”: (555) 555-0120 ext. 12."),
    (3, "45474", "45474 was read as the Excel date 07/01/2024."),
    (4, "Perkins", "It is imported together with row 3, which is about the same partner. It adds: Programs: Perkins"),
    (4, "hal@lab.example", "Two persons have this email address. It was saved once."),
    (5, "Educaci\u00c3\u00b3n Ya", "was encoded twice and was read as “Educaci\u00f3n Ya”"),
    (5, "July 4th, 2025", "since: 2025-07-04"),
    (5, "+1 (555) 555-0122", "(555) 555-0122"),
    (5, "signed, 2nd yr", "This is not a known value."),
    (5, "CBO", "Nonprofit organization"),
    (6, "Native American (Sec. 166)", "Programs “Sec. 166”: Saved without these words."),
    (6, "Kim Lo / Lee Moe / Max Ng", "Read as 3 persons: Kim Lo, Lee Moe and Max Ng."),
    (6, "555-555-0123, 0124", "(555) 555-0123, 0124"),
    (6, "same", "If it means the value above, “+1 (555) 555-0122”, write it out."),
    (6, "2026-13-01", "This is not a date."),
    (6, "tero.example or heron.example", "Saved: https://tero.example. Skipped: https://heron.example."),
    (6, "pending", "Status: pending"),
    (6, "tribe?", "It has a question mark."),
    (7, "#REF!", "Left out. It holds only errors of the spreadsheet, such as #REF!."),
]
EXPORT_NOTES: list[str] = []


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
