"""Trainings of the consortium: facts, who took part, the matrix of who taught what, feedback and follow-up."""
