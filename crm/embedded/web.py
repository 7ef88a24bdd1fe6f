"""The web process of the one-command start: uvicorn on a socket that the supervisor holds.

The supervisor opens the port once, so a restarted web process keeps it, and requests that come
meanwhile wait instead of being refused.
"""

import socket
import sys

import uvicorn

if __name__ == "__main__":
    server = uvicorn.Server(
        uvicorn.Config(
            "crm.asgi:application",
            lifespan="off",
            access_log=False,  # the application logs its requests, without personal data
            log_level="warning",
            timeout_graceful_shutdown=5,
            server_header=False,
        )
    )
    server.run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
