"""From reports to what a page, a list, a map, a table of figures says of them."""
