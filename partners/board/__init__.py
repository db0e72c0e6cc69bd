"""The board of an area: its seats and terms, its composition, and the offices of areas and organizations."""
