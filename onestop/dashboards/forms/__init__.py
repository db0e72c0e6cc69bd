"""Forms of dashboards."""
