"""Materiality on the desk: rounds, topics, surveys, scoring, weights, the board's confirmation, and what it switches."""
