"""Search: the public directory of services, and the search of the staff."""
