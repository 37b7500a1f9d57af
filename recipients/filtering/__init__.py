"""From a filter to the people it means, in ids and in words."""
