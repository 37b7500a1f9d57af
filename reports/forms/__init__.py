"""From what was typed about a report to the values of a step."""
