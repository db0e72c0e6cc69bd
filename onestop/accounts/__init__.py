"""User accounts: profiles, sign-in, security and preferences."""
