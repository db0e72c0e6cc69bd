"""The filters of lists."""
