"""From a telephone exchange to a registered call with its recording."""
