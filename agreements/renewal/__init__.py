"""Renew an agreement: plan it backwards from its last day, and begin the successor."""
