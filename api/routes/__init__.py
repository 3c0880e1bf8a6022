"""THE LIST of versioned routes."""

from fastapi import APIRouter

from api.routes import checks, compare, images, opinions, places, sightings

ROUTERS: tuple[APIRouter, ...] = (
    checks.router,
    images.router,
    opinions.router,
    sightings.router,
    compare.router,
    places.router,
)

# Paths that take photos; bodies of all others are small.
UPLOADS = frozenset({"/v1/checks", "/v1/images", "/v1/compare", "/v1/sightings/search"})
