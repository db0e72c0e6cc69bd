"""Tests of onestop.jobs."""
