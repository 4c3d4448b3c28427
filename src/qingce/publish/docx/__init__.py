"""The Word edition: a :class:`~qingce.core.page.Document` as a .docx file, the same bytes for the same document."""

from qingce.publish.docx.render import render_docx

__all__ = ["render_docx"]
