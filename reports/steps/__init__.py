"""From what somebody does to a report to its row, its event and the words people get."""
