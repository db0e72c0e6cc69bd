"""Import the schedule of who is in which center when from a spreadsheet."""

from partners.management.commands._importing import ImportCommand


class Command(ImportCommand):
    """``manage.py import_presence FILE --area SLUG [--dry-run]``."""

    help = "Import hours of partners in centers from a CSV or XLSX file; importing the same file twice changes nothing."
    kind = "presence"
