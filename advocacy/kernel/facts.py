"""The project's only signal: a fact about a client or case changed.

Sent inside the transaction that changed it, with `organisation_id`, `client_id`, `case_id` (None when
every case of the client is concerned), `now`, and for a dated fact its `kind`. Low features announce;
`cases.deadlines` listens.
"""

from django.dispatch import Signal

facts_changed = Signal()
