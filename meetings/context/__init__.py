"""What views of meetings share: rows that the user may see, breadcrumbs, and the context of pages."""
