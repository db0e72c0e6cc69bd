"""Tests of partners.people."""
