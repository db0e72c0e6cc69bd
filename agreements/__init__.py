"""Agreements of a partner network: memoranda of understanding, their parties, clauses, signatures and renewal."""
