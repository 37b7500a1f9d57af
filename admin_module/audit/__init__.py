"""The log of what was done: append-only entries, chained so that nothing can be taken out."""

from .checkpoints import write_checkpoint
from .linking import link_entries, oldest_unlinked_age
from .recording import PersonalContent, record, record_all
from .retention import CannotDrop, Segment, drop_segments, segments
from .verifying import Place, beginning, the_rest, verify, walk

__all__ = [
    "CannotDrop",
    "PersonalContent",
    "Place",
    "Segment",
    "beginning",
    "drop_segments",
    "link_entries",
    "oldest_unlinked_age",
    "record",
    "record_all",
    "segments",
    "the_rest",
    "verify",
    "walk",
    "write_checkpoint",
]
