"""What a report is, and what it is sorted, routed and answered by."""
