"""Forms of a person's own account."""
