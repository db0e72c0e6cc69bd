"""Shared plans: writing, proposals, adoption, strategies and recommended actions."""
