"""What the city says: from a finished text to a state for every person."""
