"""The filters of lists of dashboards."""
