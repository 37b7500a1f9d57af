"""Personal data at rest: the only place in ICP that knows keys."""
