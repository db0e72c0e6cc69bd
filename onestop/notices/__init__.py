"""Everything that the portal tells people."""
