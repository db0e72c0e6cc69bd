"""Tests of onestop.ops."""
