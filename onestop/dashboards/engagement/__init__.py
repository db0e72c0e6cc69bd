"""Engagement of partners: acts, scores, who is drifting, nudges."""
