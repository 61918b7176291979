"""The container's health check: 0 when the service's /healthz says that it is alive.

With the standard library alone: the image has neither curl nor wget.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

TIMEOUT_S = 5.0


def main() -> int:
    """Ask /healthz and return the exit status that Docker wants: 0 alive, 1 not."""
    port = os.environ.get("EARSHOT_HEALTH_PORT") or "8321"
    if port == "0":
        return 0  # switched off: there is nobody to ask
    # Not through a proxy: one that is set for the service knows another 127.0.0.1.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/healthz", timeout=TIMEOUT_S):
            return 0
    except urllib.error.HTTPError as error:
        sys.stderr.write(f"{error.code}: {error.read(1000).decode(errors='replace')}\n")
    except OSError as error:
        sys.stderr.write(f"no answer: {error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
