"""Infrastructure and shared costs: budgets, shares, contributions, reconciliation (20 CFR 678.700 to 678.760)."""
