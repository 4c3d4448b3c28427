"""Materiality on the desk: rounds, topics, surveys, scoring, weights, confirmation and switches."""
