"""How gunicorn serves Heed: `gunicorn -c gunicorn.conf.py dashboard.app:server`."""

import gc
import os
import socket
import struct
import sys
from pathlib import Path

# Requests run side by side on threads already: more threads within a matrix product only get in their way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent))

from dashboard.logs import JsonFormatter
from dashboard.settings import load_settings, require_store

settings = load_settings()
require_store()

bind = f"[{settings.bind}]:{settings.port}" if ":" in settings.bind else f"{settings.bind}:{settings.port}"
worker_class = "gthread"
workers = settings.workers
threads = 8
keepalive = 75
timeout = 120
graceful_timeout = 30
preload_app = False
control_socket_disable = True
limit_request_line = 8190
limit_request_fields = 60
limit_request_field_size = 8190
forwarded_allow_ips = ""
proc_name = "heed"
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": settings.log_level.upper(), "handlers": ["stderr"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}

SILENCE_SECONDS = 5


def when_ready(server):
    """Bound how long a silent client may hold a thread; accepted sockets inherit the limit on Linux."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENCE_SECONDS, 0))


def post_worker_init(worker):
    """Answer one request before the worker takes traffic: first requests must not race."""
    from dashboard.app import application, warm_up

    warm_up(application)
    gc.freeze()  # what a worker starts with stays: no look for garbage passes it again, at the end neither
    worker.log.info("worker is warm")
