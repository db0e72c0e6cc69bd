"""Invitations for people's own calendars, every change of them, and what people answer (RFC 5545, 5546, 6047)."""
