"""Views of groups, their meetings and what people answer."""
