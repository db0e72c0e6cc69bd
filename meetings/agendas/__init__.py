"""Agendas: items, suggestions, the backlog of a series, templates, papers."""
