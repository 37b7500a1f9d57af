"""The four ways to a person."""
