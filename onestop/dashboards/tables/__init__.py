"""The tables of dashboards."""
