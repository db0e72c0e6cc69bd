"""Import the schedule of partners in centers from a spreadsheet."""

from partners.management.commands._importing import ImportCommand


class Command(ImportCommand):
    """``manage.py import_presence FILE --area SLUG [--dry-run]``."""

    help = "Import on-site hours of partners from a CSV or XLSX file; importing the same file twice changes nothing."
    kind = "presence"
