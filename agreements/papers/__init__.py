"""Papers: PDFs of the text of an agreement, of the report of an impasse, and of statements of partners."""
