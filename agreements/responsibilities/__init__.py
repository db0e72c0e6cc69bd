"""What each party owes by agreements in force: the evidence for it, and what today's records no longer have."""
