"""From a sealed recording or transcript to one person who may hear or read it, and the trace of that."""
