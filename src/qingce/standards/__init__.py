"""Standards as data: clauses, titles, dates and how far each was confirmed."""
