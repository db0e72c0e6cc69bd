"""PDFs of meetings: the packet before, the minutes after."""
