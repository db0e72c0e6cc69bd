"""Tests of partners.search."""
