"""The pages on which staff of an area, or the operator of the portal, look after notices: list, rules, planners."""
