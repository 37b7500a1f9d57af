"""From a category and a place to its questions, the unit in charge and the next number."""
