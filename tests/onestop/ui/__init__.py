"""Tests of onestop.ui."""
