"""Import partners from a spreadsheet."""

from partners.management.commands._importing import ImportCommand


class Command(ImportCommand):
    """``manage.py import_partners FILE --area SLUG [--dry-run]``."""

    help = "Import partners from a CSV or XLSX file; importing the same file twice changes nothing."
    kind = "partners"
