"""Stands for the language model's process: it does what the words in its "model" file say.

``plain`` serves, ``fails`` says that it cannot load, ``silent`` never says anything, ``dies`` ends
with status 5. Each start adds a line to ``MODEL.starts``.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/v1/die":
            os._exit(3)
        if self.path.startswith("/v1/busy/"):
            print(json.dumps({"busy": self.path.endswith("true")}), flush=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers.get("Authorization", "").encode())

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


def watch() -> None:
    while os.read(0, 100):
        pass
    os._exit(0)


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=watch, daemon=True).start()
    model = Path(order["model"])
    with model.with_suffix(".starts").open("a") as starts:
        starts.write(f"{os.getpid()}\n")
    match model.read_text():
        case "fails":
            print(json.dumps({"failed": "the file is no model"}), flush=True)
        case "dies":
            os._exit(5)
        case "silent":
            # Opening it lets the test go on that opens the other end.
            model.with_suffix(".fifo").write_text("here")
            threading.Event().wait()
        case _:
            server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            print(json.dumps({"ready": server.server_port}), flush=True)
            server.serve_forever(0.01)


if __name__ == "__main__":
    main()
