"""Tables of groups and meetings."""
