"""Groups, their meetings, invitations and answers, minutes, decisions and action items."""
