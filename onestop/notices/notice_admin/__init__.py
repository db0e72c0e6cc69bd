"""The notice admin, for staff of an area or the operator of the portal: list, rules, types and planners."""
