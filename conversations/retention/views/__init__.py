"""The pages of retention: periods, holds, early deletions, protocols."""
