"""From words worth using again to templates with versions."""
