"""Template tags of the partner network."""
