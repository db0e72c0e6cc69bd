"""Tests of partners.upkeep."""
