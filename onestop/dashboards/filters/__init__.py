"""Filters of dashboards."""
