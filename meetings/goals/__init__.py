"""Shared goals: partners and their consent, reports, forecast and status."""
