"""The longest texts that people can write about services, partners, practices and terms."""

LONGEST_TEXT = 5_000  # characters: two printed pages, for fields that need a few sentences
LONGEST_TOKEN = 200  # characters of hidden form state, such as the version that a form shows
