"""Import services from a spreadsheet, or from a set of HSDS tables."""

from partners.management.commands._importing import ImportCommand


class Command(ImportCommand):
    """``manage.py import_services FILE|FOLDER|ZIP --area SLUG [--dry-run]``."""

    help = "Import services from a CSV or XLSX file, or from a folder or ZIP of HSDS tables."
    kind = "services"
    switches = (
        ("add-missing-partners", "also add partners that the area does not have"),
        ("keep-test-rows", "also import rows that look like test entries"),
    )
