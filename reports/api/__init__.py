"""The residents' API about reports."""
