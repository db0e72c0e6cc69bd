"""How long the texts may be that people write about services, partners, practices and terms."""

LONGEST_TEXT = 5_000  # characters: two printed pages, where a few sentences are asked for
LONGEST_TOKEN = 200  # of what a form keeps for itself: which version it shows, which plan it is about
