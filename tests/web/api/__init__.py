"""The interface for programs, as a program meets it."""
