"""Tests of partners.schedule."""
