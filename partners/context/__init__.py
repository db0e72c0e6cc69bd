"""Template context that several views share."""
