"""Attendance over time: who came to the meetings of groups, by seat, by partner and by meeting. Readers only."""
