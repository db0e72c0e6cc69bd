"""The resource manual of the network: its contents, changes, editions and PDFs."""
