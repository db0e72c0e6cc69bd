"""Questions and answers between partners: ask, answer, accept, withdraw, reopen, reassign, move the answer date."""
