"""From words with names in braces to what each reader reads on each channel, and what that costs."""
