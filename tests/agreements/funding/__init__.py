"""Infrastructure and shared costs."""
