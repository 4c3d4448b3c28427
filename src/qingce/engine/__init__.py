"""The engine: tables, declarations and filed figures in, figures with lineage out. Pure."""
