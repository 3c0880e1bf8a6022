"""Liveness and readiness."""

from typing import Any

from fastapi import APIRouter

from api import problems
from api.answers import Answer
from api.deps import TheDesk

router = APIRouter(tags=["health"], prefix="/health")


@router.get("/live", summary="The process answers")
async def live() -> dict[str, str]:
    return {"status": "live"}


@router.get("/ready", summary="Ledger, index and gazetteer answer", responses=problems.described())
def ready(desk: TheDesk) -> Any:
    """503 with the reason where one of them does not."""
    parts = desk.toolkit.parts()
    entries = parts.ledger.entries()
    parts.stores.hashes.catch_up(entries)
    return Answer(
        {
            "status": "ready",
            "entries": entries,
            "index_reaches": parts.stores.hashes.reaches,
            "gazetteer": parts.gazetteer.version,
        }
    )
