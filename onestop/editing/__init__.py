"""Forms and verbs that several people use at once: refusals, conflicts, typed lists, archiving."""
