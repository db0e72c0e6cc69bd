"""Tests of partners.coverage."""
