"""The words everything else is written in: value types and declarations, no input or output."""
