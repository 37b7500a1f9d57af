"""From counters to figures of a span of days: page, file, paper, monthly letter."""
