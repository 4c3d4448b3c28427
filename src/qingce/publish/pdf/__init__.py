"""The printed edition: a :class:`~qingce.core.page.Document` set by Typst."""

from qingce.publish.pdf.render import Pdf, PdfError, lay_out, render_pdf, set_source, source_of

__all__ = ["Pdf", "PdfError", "lay_out", "render_pdf", "set_source", "source_of"]
