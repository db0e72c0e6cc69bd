"""Tests of partners.sample."""
