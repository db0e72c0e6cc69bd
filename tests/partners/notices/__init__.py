"""Tests of partners.notices."""
