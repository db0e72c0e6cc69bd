"""Who is in which One-Stop center, and when."""
