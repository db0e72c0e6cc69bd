"""Action items: what somebody will do by a day, and what they report."""
