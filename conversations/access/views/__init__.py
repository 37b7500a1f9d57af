"""From an address of the procedure to its page."""
