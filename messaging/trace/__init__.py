"""From one delivery to why it is where it is, and what can be done about it."""
