"""From a file of people to registered recipients, proposals of changes, and a report of the rest."""
