"""What is recorded at a meeting: the roll, quorum, notes, motions, decisions."""
