"""Minutes: drafted, sent for correction, approved, published."""
