"""The whole year of a report, as people live it: one chapter a module, played in a real browser."""
