"""Tests of purchases of service."""
