"""Pages about telephone exchanges and about calls that are entered by hand."""
