"""From a word to one person, or to a member of staff, to a letter outside of any message."""
