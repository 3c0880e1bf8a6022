"""schemathesis makes requests from our own description: none may end in a 5xx."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from api.app import create_app
from provenance.desk import Desk

LOCAL = {"Host": "localhost"}
EXAMPLES = 12  # for each operation: bounded, so that the suite stays short


@pytest.fixture
def schema(desk: Desk) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(desk), headers=LOCAL)


def test_no_described_request_ends_in_a_server_error(schema: schemathesis.BaseSchema) -> None:
    statuses = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            response = case.call(headers=LOCAL)
            statuses.add(response.status_code)
            case.validate_response(response, checks=[not_a_server_error])
            if response.status_code >= 400:
                assert response.headers["content-type"] == ["application/problem+json"]

        ask()
    assert {200, 400, 404} <= statuses  # it reached into the service, and not only its first door
