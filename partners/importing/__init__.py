"""Import of spreadsheets: read as people type them, planned in a dry run, then written all or nothing."""
