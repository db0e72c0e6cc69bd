"""Shared values of a network, and which partners affirm them."""
