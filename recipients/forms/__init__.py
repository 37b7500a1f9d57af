"""From what a clerk typed to checked values."""
