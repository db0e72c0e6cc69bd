"""Tests of infrastructure funding."""

"""Infrastructure and shared costs."""
