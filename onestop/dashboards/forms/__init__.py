"""The forms of dashboards."""
