"""The resource map of an area: needs, who meets them from which money, and the holes."""
