"""Forms of groups, series, meetings and answers."""
