"""What every endpoint of the residents' API keeps to: errors, ETags, cursors, limits, versions."""
