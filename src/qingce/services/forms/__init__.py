"""Regulatory forms: filled from the same figures as the report, and held against it."""

from qingce.services.forms.declare import Form, FormColumn, FormRow, known_forms, read_form
from qingce.services.forms.fill import Cell, Filled, State, fill
from qingce.services.forms.produce import Produced, produce

__all__ = [
    "Cell",
    "Filled",
    "Form",
    "FormColumn",
    "FormRow",
    "Produced",
    "State",
    "fill",
    "known_forms",
    "produce",
    "read_form",
]
