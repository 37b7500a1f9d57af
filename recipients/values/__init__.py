"""From what was typed to values that can be kept."""
