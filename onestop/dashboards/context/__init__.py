"""Lookups and breadcrumbs of dashboards."""
