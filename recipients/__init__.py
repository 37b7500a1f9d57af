"""Who can be written to: people, their addresses, and the filter that chooses them."""
