"""From an address of the register to its page."""
