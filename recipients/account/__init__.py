"""From what the law lets a person ask for to its fulfilment within its deadline."""
