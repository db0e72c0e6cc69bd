"""Projects of partners, compared by framework and commitment."""
