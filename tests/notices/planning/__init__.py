"""An app that only the tests have: one kind of notice, and a planner that tells it to everybody who is called so."""

NAME = "To be told"
WORD = "planning.word"
