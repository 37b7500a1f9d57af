"""From a selection of people and a reason to a sealed table that ends by itself."""
