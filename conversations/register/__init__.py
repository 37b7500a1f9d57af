"""The register of conversations, and what it stands on: lines, notices, legal bases, designations."""
