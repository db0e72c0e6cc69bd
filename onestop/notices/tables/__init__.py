"""The columns of every list."""
