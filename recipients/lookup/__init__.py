"""From sealed pages in memory to people found by name, number or facet."""
