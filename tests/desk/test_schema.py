"""The console's types stand on the desk's present OpenAPI."""

import json

from litestar import Litestar
from litestar.testing import TestClient

from tests.conftest import ROOT
from truceline.desk.schema import openapi, spelled

GENERATED = ROOT / "console" / "src" / "api" / "generated"


def test_the_checked_in_schema_is_current() -> None:
    held = (GENERATED / "openapi.json").read_text(encoding="utf-8")
    remedy = "python -m truceline.desk.schema console/src/api/generated/openapi.json && npm --prefix console run types"
    assert held == spelled(), remedy


def test_the_desk_serves_that_schema(client: TestClient[Litestar]) -> None:
    served = client.get("/schema/openapi.json").json()
    assert served["paths"] == json.loads(json.dumps(openapi()["paths"]))


def test_every_struct_and_question_is_described() -> None:
    document = openapi()
    for path, methods in document["paths"].items():
        assert set(methods) == {"get"}, path
        assert methods["get"]["summary"], path
    assert len(document["components"]["schemas"]) > 40
