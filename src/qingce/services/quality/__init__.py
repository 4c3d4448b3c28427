"""Data quality: levels derived for figures, their targets, the notes of estimates, and what to look at."""
