"""Tests of papers of dashboards."""
