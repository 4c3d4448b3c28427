"""What the description promises is what the interface does: every operation, tried with what nobody thought of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.specs.openapi.checks import positive_data_acceptance

from qingce.casework.rights import Action
from qingce.services.desk.tokens import issue_token
from qingce.web import create_app
from qingce.web.api.description import described
from tests.web.api.conftest import QUICK
from tests.web.collecting import bank_in_campaign

EXAMPLES = 4
# what a schema cannot say is refused with 422 and words: an org that is not there, a webhook into the bank's network


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The interface of a bank whose records may be changed at will."""
    with bank_in_campaign(tmp_path_factory.mktemp("schema") / "bank") as bank:
        made = create_app(bank, replace(QUICK, hosts=("localhost", "testserver")))
        made.state.tokens = {name: issue_token(bank, bank.actor(name), "试", list(map(str, Action)), 1)
                             for name in ("office", "head", "admin")}
        yield made


def test_every_operation_is_as_described(app: FastAPI):
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        assert operation is not None
        attempt(operation.as_strategy(), app)
        tried += 1
    assert tried > 40


def attempt(cases: SearchStrategy[schemathesis.Case], app: FastAPI) -> None:
    """Try an operation with some cases, each by an owner, the office and an administrator."""
    @given(case=cases)
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
              suppress_health_check=list(HealthCheck))
    def tried(case: schemathesis.Case) -> None:
        for token in app.state.tokens.values():
            answer = case.call(headers={"Authorization": f"Bearer {token}"})
            case.validate_response(answer, excluded_checks=[positive_data_acceptance])

    tried()


def test_the_description_is_of_version_3_1_and_in_chinese(app: FastAPI):
    told = described(app)
    assert told["openapi"].startswith("3.1") and "``" not in json.dumps(told)
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            assert any("\u4e00" <= letter <= "\u9fff" for letter in operation["summary"]), (method, path)
            assert operation["tags"] and "`" not in operation["summary"], (method, path)
            assert all("application/problem+json" in answer["content"] for status, answer in
                       operation["responses"].items() if status >= "400"), (method, path)
