"""From a message that is sent to one true state for every person: expand, claim, hand over, settle."""
