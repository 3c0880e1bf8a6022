"""What routes are handed: the desk, and a thread to work in."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, ParamSpec, TypeVar

from anyio import to_thread
from fastapi import Depends, Request

from provenance.desk import Desk

P = ParamSpec("P")
T = TypeVar("T")


def desk_of(request: Request) -> Desk:
    desk = request.app.state.desk
    assert isinstance(desk, Desk)  # noqa: S101 - create_app put it there
    return desk


TheDesk = Annotated[Desk, Depends(desk_of)]


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what waits for disks or workers beside the event loop."""
    return await to_thread.run_sync(partial(work, *args, **kwargs))
