"""`python -m api.healthcheck URL`: exit 0 when a service on this machine is ready. For container engines."""

import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


def is_ready(url: str, *, timeout_s: float = 5) -> bool:
    """Whether the URL answers 200 within the time."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=timeout_s)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(sys.argv[1]) else 1)
