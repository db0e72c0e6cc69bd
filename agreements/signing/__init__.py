"""From a complete draft to an executed agreement: send, sign, decline, delegate, void, seal, verify."""
