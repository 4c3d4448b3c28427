"""Packs: what a bank has and measures, one folder a subject. Content only; nobody imports them."""
