"""The command line: doors print; everything they say is decided in services."""

from qingce.cli.app import main

__all__ = ["main"]
