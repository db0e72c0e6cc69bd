"""Tests of partners.importing."""
