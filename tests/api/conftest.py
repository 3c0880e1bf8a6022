"""The service over a fresh desk, asked without a network."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from provenance.desk import Desk


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(create_app(desk), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client
