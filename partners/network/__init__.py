"""Areas, organizations, partnerships, centers, locations and reviews of centers."""
