"""From a draft to what it would do: reach, price, likeness to another, a try on oneself."""
