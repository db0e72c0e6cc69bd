"""Notices: everything that the portal sends to people, by mail and in their inbox."""
