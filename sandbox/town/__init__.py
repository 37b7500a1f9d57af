"""Zażółcin: an invented town with streets, houses and people, the same on every machine."""
