"""Who may come in at which route: one line a route, read by ``test_rights``.

A new route without a line fails the test. A line names the roles whose request is taken at the door; what the
act itself refuses (another branch's item, a campaign that is closed) is the matter of the desk's own tests.
"""

from __future__ import annotations

NOBODY, OWNER, REVIEWER, APPROVER, OFFICE, MANAGER, BOARD, ASSURER, ADMIN = ROLES = (
    "public", "data_owner", "reviewer", "approver", "esg_office", "manager", "board_reader", "assurer",
    "administrator",
)
EVERYBODY = frozenset(ROLES)
"""Signed in or not."""
ACCOUNTS = EVERYBODY - {NOBODY}
"""Whoever signed in."""
READERS = ACCOUNTS - {ADMIN}
"""Who may see figures."""
WITHIN = READERS - {BOARD}
"""Who may also see records, evidence and comments."""


def only(*roles: str) -> frozenset[str]:
    """These roles and no other."""
    return frozenset(roles)


LOOKING_ON = only(OFFICE, MANAGER, ASSURER, ADMIN)
"""Who may see the people and the journal."""
HANDLING = only(OWNER, REVIEWER, APPROVER, OFFICE, MANAGER)
"""On whose desk a case may lie."""
DRAFTING = WITHIN - {ASSURER}
"""Who takes Word drafts and hands them in."""
SCORING = only(OFFICE, MANAGER)
"""Who may be named to score topics."""
ROOM = only(OFFICE, ASSURER)
"""Who uses the assurance room."""

SIGN_IN = {
    "GET /": EVERYBODY, "GET /more": EVERYBODY, "POST /preferences": EVERYBODY,
    "GET /signin": EVERYBODY, "POST /signin": EVERYBODY, "POST /signin/demo": EVERYBODY,
    "GET /signin/oidc": EVERYBODY, "GET /signin/oidc/callback": EVERYBODY,
    "GET /welcome": EVERYBODY, "POST /welcome": EVERYBODY, "POST /signout": EVERYBODY,
    "POST /signout/everywhere": ACCOUNTS, "GET /account": ACCOUNTS, "POST /account/password": ACCOUNTS,
}
OPERATING = {
    "GET /healthz": EVERYBODY, "GET /readyz": EVERYBODY, "GET /metrics": EVERYBODY,
    "GET /static/{name:path}": EVERYBODY,
    "GET /jobs": only(OFFICE, ADMIN), "POST /jobs/{id}/again": only(OFFICE, ADMIN),
}
COLLECTING = {
    "GET /search": ACCOUNTS, "GET /search/suggest": ACCOUNTS,
    "GET /tasks": ACCOUNTS, "POST /tasks": only(OWNER, REVIEWER, APPROVER),
    "GET /filing": READERS, "GET /filing/{campaign}": READERS, "POST /filing/save": only(OWNER),
    "POST /filing/submit": only(OWNER), "GET /filing/item/{name:path}": READERS,
    "POST /filing/item/{name:path}": only(OWNER, REVIEWER, APPROVER),
    "GET /workbook": only(OWNER, OFFICE), "POST /workbook/issue": only(OWNER, OFFICE), "POST /workbook": only(OWNER),
    "GET /workbook/marked/{campaign}/{sha256}": only(OWNER, OFFICE),
    "GET /ledgers": WITHIN, "POST /ledgers": only(OWNER), "GET /ledgers/{id}": WITHIN,
    "POST /ledgers/{id}/withdraw": only(OWNER),
    "GET /progress": READERS, "GET /progress/{name}": READERS, "GET /progress/{name}/export.{kind}": READERS,
    "GET /progress/new": only(OFFICE), "POST /progress/new": only(OFFICE), "POST /progress/{name}/remind": only(OFFICE),
    "GET /progress/{name}/setup": only(OFFICE), "POST /progress/{name}/setup": only(OFFICE),
    "GET /evidence": READERS, "POST /evidence": only(OWNER, OFFICE), "POST /evidence/detach": only(OWNER, OFFICE),
    "GET /evidence/file/{sha256}": WITHIN, "POST /evidence/pack": WITHIN,
    "POST /comments": WITHIN, "POST /comments/resolve": WITHIN,
}
REPORT = {
    "GET /findings": READERS, "GET /figures": READERS, "POST /figures": only(OFFICE),
    "GET /figures/{key:path}": READERS, "GET /quality": READERS, "GET /quality/export.xlsx": READERS,
    "GET /preview": READERS, "GET /preview/{slug}": READERS, "GET /preview/{slug}/charts/{name}.svg": READERS,
    "GET /brief": only(OFFICE, MANAGER, BOARD), "POST /brief": only(OFFICE, MANAGER, BOARD),
    "GET /drafts": READERS, "POST /drafts": DRAFTING, "GET /drafts/{slug}": READERS,
    "POST /drafts/{slug}/issue": DRAFTING, "POST /drafts/changes/{number}/accept": only(OFFICE),
    "POST /drafts/changes/{number}/decline": only(OFFICE),
    "GET /preview/{slug}/english": READERS,
    "GET /standards": READERS, "GET /standards/{name}": READERS, "POST /standards/{name}/{code}": only(OFFICE),
}
FREEZING = {
    "GET /freeze": READERS, "POST /freeze": only(OFFICE), "GET /freeze/editions/{name}": READERS,
    "POST /freeze/editions/{name}/publish": only(OFFICE), "POST /freeze/editions/{name}/withdraw": only(OFFICE),
    "POST /freeze/editions/{name}/verify": READERS,
    "GET /freeze/changes": READERS, "POST /freeze/changes": only(OFFICE), "GET /freeze/changes/{number}": READERS,
    "POST /freeze/changes/{number}/decide": only(MANAGER), "POST /freeze/changes/{number}/restate": only(OFFICE),
    "POST /freeze/changes/{number}/approve": only(MANAGER),
    "GET /freeze/compare": READERS, "GET /freeze/compare/{before}/{after}.docx": READERS,
    "GET /freeze/compare/{before}/{after}.html": READERS,
    "GET /freeze/compare/{before}/{after}/blackline.{form}": READERS,
    "GET /freeze/waivers": READERS, "POST /freeze/waivers": only(MANAGER),
    "POST /freeze/waivers/{number}/end": only(MANAGER),
    "GET /freeze/signoff": READERS, "GET /freeze/signoff/matrix.{form}": READERS,
    "POST /freeze/signoff/leader": only(OFFICE),
    "GET /freeze/feedback": only(OFFICE), "POST /freeze/feedback/{number}": only(OFFICE),
    "GET /editions": EVERYBODY, "GET /editions/{name}": EVERYBODY, "GET /editions/{name}/manifest.json": EVERYBODY,
    "GET /editions/{name}/files/{path:path}": EVERYBODY, "GET /editions/{name}/feedback": EVERYBODY,
    "POST /editions/{name}/feedback": EVERYBODY,
}
API = {
    "GET /api/v1/health": EVERYBODY, "GET /api/v1/openapi.json": EVERYBODY, "GET /api/v1/me": ACCOUNTS,
    "GET /api/v1/accounts": LOOKING_ON,
    "GET /api/v1/accounts/{name}": LOOKING_ON,
    "POST /api/v1/accounts": only(ADMIN), "PATCH /api/v1/accounts/{name}": only(ADMIN),
    "POST /api/v1/accounts/{name}/close": only(ADMIN), "POST /api/v1/accounts/{name}/grants": only(ADMIN),
    "DELETE /api/v1/accounts/{name}/grants/{grant_id}": only(ADMIN),
    "GET /api/v1/webhooks": only(ADMIN), "POST /api/v1/webhooks": only(ADMIN),
    "DELETE /api/v1/webhooks/{name}": only(ADMIN),
    "GET /api/v1/figures": READERS, "GET /api/v1/figures/{name:path}": READERS,
    "GET /api/v1/explanations/{name:path}": READERS,
    "GET /api/v1/campaigns": READERS, "GET /api/v1/campaigns/{name}/status": READERS, "GET /api/v1/items": READERS,
    "GET /api/v1/items/{name:path}": READERS, "POST /api/v1/items/submit": only(OWNER),
    "POST /api/v1/items/review": only(REVIEWER), "POST /api/v1/items/approve": only(APPROVER),
    "PUT /api/v1/items/{name:path}/answer": only(OWNER), "POST /api/v1/items/{name:path}/explanation": only(OWNER),
    "POST /api/v1/items/{name:path}/explanation/accept": only(REVIEWER),
    "POST /api/v1/items/{name:path}/explanation/return": only(REVIEWER),
    "POST /api/v1/items/{name:path}/return": only(REVIEWER, APPROVER),
    "GET /api/v1/search": ACCOUNTS, "GET /api/v1/project": ACCOUNTS, "GET /api/v1/tasks": ACCOUNTS,
    "GET /api/v1/findings": READERS, "GET /api/v1/checks": READERS,
    "GET /api/v1/editions": READERS, "GET /api/v1/editions/{name}": READERS,
    "GET /api/v1/editions/{name}/files/{path:path}": READERS,
    "GET /api/v1/evidence": WITHIN, "POST /api/v1/evidence": only(OWNER, OFFICE),
    "GET /api/v1/evidence/{sha256}": WITHIN, "POST /api/v1/evidence/{sha256}/detach": only(OWNER, OFFICE),
    "GET /api/v1/rows/{name:path}": WITHIN, "GET /api/v1/metrics": READERS,
    "GET /api/v1/editions/{before}/compare/{after}": READERS,
    "GET /api/v1/jobs": only(OFFICE, ADMIN), "GET /api/v1/jobs/{id}": ACCOUNTS,
    "POST /api/v1/jobs/{id}/again": only(OFFICE, ADMIN), "POST /api/v1/computations": only(OFFICE),
    "GET /api/v1/waivers": READERS, "POST /api/v1/waivers": only(MANAGER),
    "POST /api/v1/waivers/{id}/end": only(MANAGER),
    "POST /api/v1/editions": only(OFFICE), "POST /api/v1/editions/{name}/verify": READERS,
    "POST /api/v1/editions/{name}/publish": only(OFFICE), "POST /api/v1/editions/{name}/withdraw": only(OFFICE),
    "GET /api/v1/changes": READERS, "POST /api/v1/changes": only(OFFICE), "GET /api/v1/changes/{id}": READERS,
    "POST /api/v1/changes/{id}/decide": only(MANAGER), "POST /api/v1/changes/{id}/restate": only(OFFICE),
    "POST /api/v1/changes/{id}/approve": only(MANAGER), "GET /api/v1/restatements": READERS,
    "POST /api/v1/campaigns": only(OFFICE), "POST /api/v1/campaigns/{name}/extend": only(OFFICE),
    "POST /api/v1/campaigns/{name}/remove": only(OFFICE), "PUT /api/v1/campaigns/{name}/due": only(OFFICE),
    "POST /api/v1/campaigns/{name}/remind": only(OFFICE), "POST /api/v1/campaigns/{name}/close": only(OFFICE),
    "GET /api/v1/cases": READERS, "POST /api/v1/cases": WITHIN, "GET /api/v1/cases/{number}": READERS,
    "POST /api/v1/cases/{number}/move": HANDLING, "POST /api/v1/cases/{number}/assign": HANDLING,
    "POST /api/v1/cases/{number}/due": only(OFFICE, MANAGER),
    "GET /api/v1/engagements": ROOM, "POST /api/v1/engagements": only(OFFICE),
    "GET /api/v1/engagements/{name}": ROOM, "GET /api/v1/engagements/{name}/samples": ROOM,
    "POST /api/v1/engagements/{name}/samples/preview": ROOM,
    "POST /api/v1/engagements/{name}/samples": only(ASSURER),
    "GET /api/v1/engagements/{name}/samples/{number}": ROOM,
    "POST /api/v1/engagements/{name}/samples/{number}/{place}/conclusion": only(ASSURER),
    "GET /api/v1/engagements/{name}/requests": ROOM,
    "POST /api/v1/engagements/{name}/samples/{number}/{place}/requests": only(ASSURER),
    "POST /api/v1/engagements/{name}/conclusion": only(ASSURER),
    "POST /api/v1/briefs": only(OFFICE, MANAGER, BOARD),
    "GET /api/v1/feedback": only(OFFICE), "POST /api/v1/feedback/{id}": only(OFFICE),
    "GET /api/v1/ledgers": WITHIN, "POST /api/v1/ledgers": only(OWNER), "GET /api/v1/ledgers/{id}": WITHIN,
    "POST /api/v1/ledgers/{id}/withdraw": only(OWNER),
    "GET /api/v1/comments": READERS, "POST /api/v1/comments": WITHIN, "POST /api/v1/comments/{thread}/resolve": WITHIN,
    "GET /api/v1/journal/checkpoints": LOOKING_ON,
    "GET /api/v1/journal": LOOKING_ON,
    "GET /api/v1/journal/head": LOOKING_ON,
}
PEOPLE = {
    "GET /account/contact": ACCOUNTS, "POST /account/contact": ACCOUNTS,
    "GET /account/stand-in": ACCOUNTS, "POST /account/stand-in": ACCOUNTS,
    "POST /account/stand-in/{stand_in}/{grant}/end": ACCOUNTS,
    "GET /account/tokens": ACCOUNTS, "POST /account/tokens": ACCOUNTS, "POST /account/tokens/{name}/revoke": ACCOUNTS,
    "GET /people": LOOKING_ON, "GET /people/account/{name}": LOOKING_ON, "GET /people/matrix": LOOKING_ON,
    "GET /people/stand-ins": LOOKING_ON, "GET /people/new": only(ADMIN), "POST /people/new": only(ADMIN),
    "POST /people/stand-ins": only(ADMIN), "POST /people/stand-ins/{stand_in}/{grant}/end": only(ADMIN),
    "POST /people/transfer": only(OFFICE, ADMIN),
    "POST /people/account/{name}": only(ADMIN), "POST /people/account/{name}/close": only(ADMIN),
    "POST /people/account/{name}/grants": only(ADMIN),
    "POST /people/account/{name}/grants/{grant_id}/revoke": only(ADMIN),
    "POST /people/account/{name}/link": only(ADMIN), "POST /people/account/{name}/signout": only(ADMIN),
    "POST /people/account/{name}/tokens/{token}/revoke": only(ADMIN),
    "GET /journal": LOOKING_ON, "GET /journal/{seq}": LOOKING_ON,
    "POST /journal/verify": LOOKING_ON, "POST /journal/export": LOOKING_ON,
}
CASES = {
    "GET /cases": READERS, "GET /cases/{number}": READERS, "GET /cases/new": WITHIN, "POST /cases/new": WITHIN,
    "POST /cases/{number}/assign": HANDLING, "POST /cases/{number}/move": HANDLING,
    "POST /cases/{number}/due": only(OFFICE, MANAGER),
}
MATERIALITY = {
    "GET /s/{token}": EVERYBODY, "POST /s/{token}": EVERYBODY,
    "GET /materiality": READERS, "GET /materiality/{name}": READERS, "GET /materiality/{name}/compare": READERS,
    "GET /materiality/{name}/sensitivity": READERS, "GET /materiality/{name}/surveys": READERS,
    "GET /materiality/{name}/topics": READERS, "GET /materiality/{name}/topics/{topic}": READERS,
    "GET /materiality/{name}/weights": READERS, "GET /materiality/governance": READERS,
    "GET /materiality/new": only(OFFICE), "POST /materiality/new": only(OFFICE),
    "POST /materiality/governance/bodies": only(OFFICE), "POST /materiality/governance/meetings": only(OFFICE),
    "POST /materiality/governance/meetings/{meeting}/resolutions": only(OFFICE),
    "POST /materiality/governance/parts": only(OFFICE),
    "POST /materiality/{name}/topics/{topic}": only(OFFICE), "POST /materiality/{name}/groups": only(OFFICE),
    "POST /materiality/{name}/weights": only(OFFICE), "POST /materiality/{name}/assessors": only(OFFICE),
    "POST /materiality/{name}/surveys": only(OFFICE), "POST /materiality/{name}/surveys/{survey}/close": only(OFFICE),
    "GET /materiality/{name}/surveys/{survey}/links.csv": only(OFFICE),
    "GET /materiality/{name}/surveys/{survey}/qr.svg": only(OFFICE),
    "GET /materiality/{name}/scoring": SCORING, "GET /materiality/{name}/scoring/{topic}": SCORING,
    "POST /materiality/{name}/scoring/{topic}": SCORING, "POST /materiality/{name}/baseline": SCORING,
    "POST /materiality/{name}/submit": SCORING,
    "GET /materiality/{name}/confirm": only(OFFICE, MANAGER, BOARD),
    "POST /materiality/{name}/confirm": only(MANAGER, BOARD),
    "POST /materiality/{name}/propose": only(OFFICE), "POST /materiality/{name}/reopen": only(OFFICE),
    "GET /materiality/{name}/export.{form}": only(OFFICE),
}
ASSURANCE = {
    "GET /assurance": ROOM, "POST /assurance": only(OFFICE), "GET /assurance/{name}": ROOM,
    "POST /assurance/{name}/conclusion": only(ASSURER), "POST /assurance/{name}/pack": ROOM,
    "GET /assurance/{name}/packs/{sha256}": ROOM, "GET /assurance/{name}/register": ROOM,
    "GET /assurance/{name}/draw": ROOM, "POST /assurance/{name}/samples": only(ASSURER),
    "GET /assurance/{name}/samples/{number}": ROOM, "GET /assurance/{name}/samples/{number}/frame.jsonl": ROOM,
    "GET /assurance/{name}/samples/{number}/{place}": ROOM,
    "POST /assurance/{name}/samples/{number}/{place}/request": only(ASSURER),
    "POST /assurance/{name}/samples/{number}/{place}/conclusion": only(ASSURER),
    "GET /assurance-requests/{id}": ACCOUNTS, "POST /assurance-requests/{id}": only(OWNER, OFFICE),
}
TABLES = (SIGN_IN, OPERATING, COLLECTING, REPORT, FREEZING, PEOPLE, CASES, MATERIALITY, ASSURANCE, API)
RIGHTS: dict[str, frozenset[str]] = {route: roles for table in TABLES for route, roles in table.items()}
"""Every route with the roles that may come in."""
PLACES = {
    "/static/{name:path}": "/static/desk.css",
    "/filing/item/{name:path}": "/filing/item/2024/registered_volunteers/HEAD",
    "/figures/{key:path}": "/figures/volunteer_hours", "/filing/{campaign}": "/filing/2024",
    "/progress/{name}": "/progress/2024", "/progress/{name}/setup": "/progress/2024/setup",
    "/progress/{name}/export.{kind}": "/progress/2024/export.csv",
    "/evidence": "/evidence?about=item/2024/registered_volunteers/HEAD",
    "/freeze/signoff/matrix.{form}": "/freeze/signoff/matrix.xlsx",
    "/api/v1/figures/{name:path}": "/api/v1/figures/volunteer_hours/HEAD/2024",
    "/search": "/search?q=志愿者", "/search/suggest": "/search/suggest?q=志愿者",
    "/api/v1/search": "/api/v1/search?q=志愿者",
    "/api/v1/items": "/api/v1/items?campaign=2024",
    "/api/v1/explanations/{name:path}": "/api/v1/explanations/volunteer_hours/HEAD/2024",
    "/api/v1/campaigns/{name}/status": "/api/v1/campaigns/2024/status",
    "/api/v1/items/{name:path}": "/api/v1/items/2024/registered_volunteers/HEAD",
    "/api/v1/accounts/{name}": "/api/v1/accounts/office",
    "/people/account/{name}": "/people/account/office", "/journal/{seq}": "/journal/1",
}
"""An address of a route at which there is something; elsewhere a name that is not there serves."""
PROVING = {"POST /signin": 401, "GET /welcome": 403, "POST /welcome": 403, "POST /account/password": 403}
"""Doors at which somebody proves who he is, and what a wrong proof gets there whoever brings it."""
