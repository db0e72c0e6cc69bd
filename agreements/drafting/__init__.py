"""Draft an agreement: begin it, its parties, clauses, elements, merge fields and versions."""
