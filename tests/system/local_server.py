"""An HTTP server on this machine for as long as a `with` lasts: what stands in for far ends is built on it."""
import http.server
import threading


class LocalServer:
    """self.over is set when it is to end: whoever keeps a sender waiting waits for that."""

    def __init__(self, handler):
        self.over = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"
