"""The network map: what partners do together, measured and drawn."""
