"""Board packets, the guide to engage board members, and a partner in ten minutes."""
