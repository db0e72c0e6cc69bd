"""Tests of onestop.files."""
