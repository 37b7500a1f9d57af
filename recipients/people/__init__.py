"""From particulars to a registered person and along the table of their states."""
