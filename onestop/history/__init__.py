"""What changed: the history of a thing in words, for everybody who sees the thing.

Triggers keep an event for every insert, update and delete (``tracking``). Here events become sentences: who did
what when, where, and each field before and after. What one act wrote, to however many tables, is one change.
"""
