"""Forms of a user's own account."""
