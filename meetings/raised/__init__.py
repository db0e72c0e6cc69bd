"""Issues up, answers down: what an area sends to its state, and what comes back."""
