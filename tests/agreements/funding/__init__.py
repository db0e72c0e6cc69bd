"""Tests of infrastructure funding."""
