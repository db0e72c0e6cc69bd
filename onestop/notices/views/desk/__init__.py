"""The desk's pages. Each takes a request and a desk; who may open which desk is said where the pages are mounted."""
