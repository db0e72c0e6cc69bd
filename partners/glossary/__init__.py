"""The glossary of an area: terms, and where they are used."""
