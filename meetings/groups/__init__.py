"""Groups that meet: their charter, seats and members, and the rhythm that they keep."""
