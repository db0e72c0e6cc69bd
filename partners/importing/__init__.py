"""Bring your own data: files read as people type them, planned, then written all or nothing."""
