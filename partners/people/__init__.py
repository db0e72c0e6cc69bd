"""The people of the network: accounts, invitations, representatives, turnover."""
