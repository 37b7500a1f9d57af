"""From what was sent to SMS parts and złoty: promised, spent, left."""
