"""From a new edition of the address register to people who live in its houses again."""
