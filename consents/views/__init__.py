"""Pages about consents: the register, the desk of signed forms, printing."""
