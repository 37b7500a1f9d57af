"""Journeys through the whole system, the rules of the house, and what all tests share."""
