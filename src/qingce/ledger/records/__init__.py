"""Intake of people's records: delivered files become typed Parquet, or findings that say why not.

Nothing here raises on people's data. Accepted data are content-addressed below a store folder, so a
bad delivery never replaces anything, and a second run with the same files costs nearly nothing.
"""

from qingce.ledger.records.filed import load_filed
from qingce.ledger.records.load import load_dataset
from qingce.ledger.records.model import FiledResult, InputFile, Loaded
from qingce.ledger.records.orgs import load_orgs
from qingce.ledger.records.rules import RULES, Rule

__all__ = [
    "RULES", "FiledResult", "InputFile", "Loaded", "Rule", "load_dataset", "load_filed", "load_orgs",
]
