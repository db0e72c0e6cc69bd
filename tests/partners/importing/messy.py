"""Three files as coordinators keep them: a workbook with a header of two rows, one of services, and an old CSV file."""

import io

import openpyxl


def roster() -> bytes:
    """Return a roster of partners: a merged header of two rows, sections, totals, footnotes, a legend, hidden parts."""
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Read me"
    cover.append(["Ask Dana before you change anything in this file."])
    page = book.create_sheet("Roster PY26")
    rows: list[list[object]] = [
        ["Riverbend AJC Partner Roster"],
        ["PY 2026, rev. 7/1"],
        ["Organization / Agency", "Program(s) / Title", "Contact", None, None, "Main Office", None, None, "Comments"],
        [None, None, "Name", "Ph.", "E-mail addr.", "Addr.", "City", "Zip", None],
        ["REQUIRED PARTNERS"],
        ["Willow Works", "Job Corps", "Ann Lee", "(555) 555-0101", "ann@willow.example", "1 Elm St", "Millpond", 43215,
         "moved?"],
        ["Oak Street Center*", "Title II", "Bo Diaz", "555-555-0102", "bo@oak.example", "2 Oak St", "Millpond", 43215],
        [None, "Title IV - VR", "Cy Ono", "555-555-0103", "cy@oak.example", None, None, None],
        [],
        ["Organization / Agency", "Program(s) / Title", "Name", "Ph.", "E-mail addr.", "Addr.", "City", "Zip",
         "Comments"],
        ["Additional partners:"],
        ["Heron Legal Aid", None, "Di Fox", "555.555.0104", "di@heron.example", "3 Bay Rd", "Heron", 43216, "Tue"],
        ["-----", "-----", "-----"],
        ["Niños Primero", None, "Eva Ruiz", "555-555-0105", "eva@ninos.example", "4 Bay Rd", "Heron", 43216],
        ["Total", None, 5],
        ["* Co-located on Tuesdays"],
        ["Y = yes, N = no, blank = not asked"],
        ["Note: send changes to dana@riverbend.example by the 15th of each month."],
        ["Source: 2025 partner survey"],
    ]  # fmt: skip
    for row in rows:
        page.append(row)
    for cells in ("A3:A4", "B3:B4", "C3:E3", "F3:H3", "I3:I4", "A1:I1", "A5:I5", "A7:A8"):
        page.merge_cells(cells)
    page.row_dimensions[14].hidden = True
    page.column_dimensions["I"].hidden = True
    return saved(book)


def services() -> bytes:
    """Return a list of services on the second of two sheets, with titles of its own and a column for Spanish."""
    book = openpyxl.Workbook()
    old = book.active
    assert old is not None
    old.title = "Old list 2019"
    old.append(["x", "y"])
    old.append(["1", "2"])
    page = book.create_sheet("Services")
    rows: list[list[object]] = [
        ["Agency", "Program Name", "What they do", "Who can get help", "Hrs", "Spanish?", "Ph.", "Fax", None],
        ["Willow Works", "Resume help", "We write resumes.", "Adults", "M-F 9-5", "Y", "555-555-0101",
         "555-555-0199", "new"],
        [None, "Mock interviews", "Practice.", "Adults", "Tue 1-3", "N", "555-555-0101", None, None],
        [None, "Clothes closet", "Suits.", "Anyone", "Wed", "some staff", "555-555-0101", None, None],
        ["Services for youth"],
        ["Oak Street Center", "GED class", "Classes.", "16-24", "Evenings", "Yes", "555-555-0102", None, None],
        ["TOTAL: 4 services"],
        ["Last updated 6/30/2026 by D. Park"],
    ]  # fmt: skip
    for row in rows:
        page.append(row)
    page.merge_cells("A2:A4")
    return saved(book)


def old_export() -> bytes:
    """Return a CSV file from an old Mac: Spanish titles in a header of two rows, notes above and below."""
    text = (
        "Lista de socios,,,,,\n"
        "Actualizado: 1 de julio de 2026,,,,,\n"
        ",,Contacto,,,\n"
        "Agencia,Programa(s),Nombre,Teléfono,Correo electrónico,Página web\n"
        "Niños Primero,,Eva Ruiz,555-555-0105,eva@ninos.example,ninos.example\n"
        "Educación Ya,,José Muñoz,555-555-0106,jose@ya.example,ya.example\n"
        "Agencia,Programa(s),Nombre,Teléfono,Correo electrónico,Página web\n"
        "Señales,,Luz Peña,555-555-0107,luz@senales.example,\n"
        "Nota: llame antes de visitar la oficina,,,,,\n"
        "Total: 3,,,,,\n"
    )
    return text.encode("mac_roman")


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
