"""Tests of onestop.local."""
