"""The residents' API about devices and the people who hold them."""
