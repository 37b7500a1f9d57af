"""The residents' API about messages."""
