"""The public directory in the Human Services Data Specification (HSDS 3.1, openreferral.org): exports and read API.

``docs/hsds.md`` says which field of the portal becomes which of the standard.
"""
