"""Tests of partners.manual."""
