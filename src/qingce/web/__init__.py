"""The desk's doors for people with a browser and for programs: pages, API, sign-in, limits.

    app = create_app(desk, WebSettings())

Pages are made on the server, read without JavaScript, and are only made quicker by it. An area is
one module in ``pages`` with a ``router`` and one folder of templates; see ``templates/components.html.j2``
for what it can be drawn with.
"""

from qingce.web.app import create_app
from qingce.web.settings import Rate, WebSettings

__all__ = ["Rate", "WebSettings", "create_app"]
