"""What every test of the project has."""
