"""The tables of lists."""
