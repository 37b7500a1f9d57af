"""From what the system really holds to the documents that data protection asks for."""
