"""The resource manual of the network: what it holds, how it changed, its editions, and the PDFs made of it."""
