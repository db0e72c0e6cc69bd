"""The people who sign in: who they are, how they prove it, what they prefer."""
