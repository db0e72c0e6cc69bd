"""Practices that partners share."""
