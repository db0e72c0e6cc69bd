"""Papers: PDFs of the text of an agreement, and of the report of an impasse."""
