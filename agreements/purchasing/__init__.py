"""Purchase of service: terms, authorizations, deliveries, invoices, and what is left (34 CFR 361.50)."""
