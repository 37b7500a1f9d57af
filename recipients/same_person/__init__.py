"""From two cards of one person to one."""
