"""From everything that was ever sent to what is looked up, exported and proven."""
