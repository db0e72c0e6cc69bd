"""Tests of the pages and mails in other languages than English."""
