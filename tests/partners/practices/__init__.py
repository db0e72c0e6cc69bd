"""Tests of partners.practices."""
