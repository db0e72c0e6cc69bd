"""The first page of each person."""
