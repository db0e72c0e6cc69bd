"""Tests of partners.glossary."""
