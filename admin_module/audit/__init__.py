"""The log of what was done: append-only entries, chained so that nothing can be taken out."""

from .checkpoints import write_checkpoint
from .linking import link_entries, oldest_unlinked_age
from .recording import PersonalContent, record
from .verifying import verify

__all__ = [
    "PersonalContent",
    "link_entries",
    "oldest_unlinked_age",
    "record",
    "verify",
    "write_checkpoint",
]
