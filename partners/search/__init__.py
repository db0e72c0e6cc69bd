"""Search: the public directory of services, and the search box for signed-in users."""
