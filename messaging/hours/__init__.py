"""From a clock on the wall to a moment, and from a moment to the hours in which people are left in peace."""
