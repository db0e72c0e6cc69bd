"""Tests of partners.network."""
