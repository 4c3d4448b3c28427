"""Casework: the rules by which work moves between people. Pure: no database, no clock, no files."""
