"""From a file that somebody sent to a sealed photo, a copy with parts covered, and an answer that shows it."""
