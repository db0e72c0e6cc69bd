"""The network itself: areas, organizations, partnerships, places, programs, center reviews."""
