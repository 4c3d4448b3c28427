"""A page as a Word draft: what goes out, what comes back, and what of it may go into the page's source.

Words may change in a draft and numbers may not. ``source`` cuts a page's Markdown into paragraphs, ``manifest``
is what a draft promises, ``write`` makes the file, ``read`` and ``remarks`` read a returned one, ``compare`` says what
changed, ``markdown`` and ``amend`` write an accepted change back. Nothing here opens a file: that is the ledger's.
"""
