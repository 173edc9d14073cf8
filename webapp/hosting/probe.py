"""One question to a running server. As a script it tells a container engine whether the product is alive.

Only the standard library: `python webapp/hosting/probe.py` runs every half minute beside a busy server.
"""

import http.client
import os
import sys

OK = 200


def ask(host: str, port: int, path: str, *, trusted_hosts: str = "") -> tuple[int, str]:
    """Return the status and the text of the answer, or 0 and the reason why there is none.

    A server that knows its names answers to the first of them.
    """
    connection = http.client.HTTPConnection(host, port, timeout=4)
    name = trusted_hosts.partition(",")[0].strip().lstrip(".")
    try:
        connection.request("GET", path, headers={"Host": name} if name else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def main() -> int:
    """Ask /healthz of this container; return 0 if it is alive."""
    names = os.environ.get("TRUSTED_HOSTS", "")
    status, text = ask("127.0.0.1", int(os.environ.get("PORT", "8000")), "/healthz", trusted_hosts=names)
    if status != OK:
        sys.stderr.write(f"{status} {text}\n")
    return int(status != OK)


if __name__ == "__main__":
    sys.exit(main())
