"""From what an administrator typed to categories, rules and ready words; and those a new ICP begins with."""
