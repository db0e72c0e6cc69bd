"""Keeping services current: confirmations, proposals, stale services."""
