"""Tests of onestop.editing."""
