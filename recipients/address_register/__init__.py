"""From the public register of streets and houses to the house that somebody means, and to the map."""
