"""Keep services current: confirmations, proposals, stale services."""
