"""One module for each area, each with a ``router``; every one is mounted.

    router = APIRouter(include_in_schema=False, route_class=Looking)

    @router.get("/tasks")
    def tasks(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
        return page(request, "tasks/list.html.j2", items=waiting(desk, actor))

    @router.post("/tasks/{item}/submit")
    def submit(request: Request, desk: TheDesk, actor: SignedIn, item: str) -> Response:
        desk_submit(desk, actor, item)
        return go(request, "/tasks", "已提交")

Endpoints are plain functions, so that a query never holds up another reader. ``Denied``, ``Missing``,
``Stale`` and ``Refused`` are left to rise: they become pages with words. Paths stand in full in the
decorators; the path of :data:`qingce.web.navigation.ENTRIES` shows the area in the navigation. A
template extends ``base.html.j2`` and draws with ``ui.…``; a form that posts is ``ui.form`` or carries
``ui.csrf_field()``; an endpoint that takes files says ``max_body_size=MAX_UPLOAD``. Messages of an area
stand in ``locale/en/AREA.po``: ``make messages``.
"""
