"""A made-up bank with the printed totals of a real one."""
