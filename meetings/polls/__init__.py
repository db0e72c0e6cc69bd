"""Find a time: ask the members of a group which of several times suits them."""
