"""The pages of the office, one module for each room."""
