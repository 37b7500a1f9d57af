"""What ICP can tell a person about themselves: what it holds, what it sent and why, who looked."""
