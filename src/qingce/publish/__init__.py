"""Publishing: pages with bindings in, one neutral document, one renderer a format out."""
