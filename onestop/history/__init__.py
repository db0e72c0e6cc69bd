"""History: who changed what, when and where, for everyone who can see the object.

Triggers record an event for every insert, update and delete (``tracking``). This package turns events into text, with
each field before and after. Everything that one transaction wrote, in whatever tables, is one change.
"""
