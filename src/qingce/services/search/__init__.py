"""Finding anything by words: how text is cut, what may be found, and the index that finds it."""
