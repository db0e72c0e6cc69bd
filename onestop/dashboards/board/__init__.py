"""The board: its dashboard, points of engagement of its members, snapshots."""
