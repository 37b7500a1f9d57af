"""From something that was done about a person to the words of their letter."""
