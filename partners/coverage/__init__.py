"""How an area covers the required programs: decisions, access, legal rules (20 CFR 678.305 to 678.415)."""
