"""A worker process that is ended in the middle of a merge or of an undo.

One process prepares Django and then forks for each job that it reads, so that a death costs
milliseconds. A job names the statement before which the end comes, and how. Answers are JSON, one
line a job: how many statements were sent, and how the process ended.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from enum import StrEnum
from typing import Any
from uuid import UUID


class Death(StrEnum):
    """How the end comes."""

    WORKER = "worker"  # kill -9 of the process that merges
    TERMINATED = "terminated"  # pg_terminate_backend of its connection
    SERVER = "server"  # kill -9 of the server's process; PostgreSQL then restarts as a whole


class Moment(StrEnum):
    """Ends that come at no statement of the service."""

    AT_COMMIT = "at commit"
    AFTER_COMMIT = "after commit"


def main() -> None:
    """Read jobs until there are no more."""
    import django

    django.setup()
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _be_victim(json.loads(line), writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            statements = told.read().count(".")
        _, status = os.waitpid(child, 0)
        ending = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        print(json.dumps({"statements": statements, "ending": ending}), flush=True)


def _be_victim(job: dict[str, Any], told: int) -> None:
    """Do the job until the end; never returns.

    The exit code is 0 when it was done, 1 when the database went away, 2 for anything else.
    """
    from django.db import Error, connection

    from crm.tenancy import use_company

    death = Death(job["death"])
    backend = 0
    sent = 0

    def die() -> None:
        if death is Death.WORKER:
            os.kill(os.getpid(), signal.SIGKILL)
        elif death is Death.SERVER:
            os.kill(backend, signal.SIGKILL)
        else:
            _terminate(backend)

    def before_each(execute: Callable[..., Any], *call: Any) -> Any:
        nonlocal sent
        sent += 1
        os.write(told, b".")
        if sent == job["at"]:
            die()
        return execute(*call)

    commit = connection._commit  # type: ignore[attr-defined]

    def committing() -> None:
        if job["at"] == Moment.AT_COMMIT:
            die()
        commit()
        if job["at"] == Moment.AFTER_COMMIT:
            die()

    ending = 2
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        connection._commit = committing  # type: ignore[attr-defined]
        with use_company(job["company"]), connection.execute_wrapper(before_each):
            _work(job)
        ending = 0
    except Error:
        ending = 1
    except Exception:
        traceback.print_exc()
    os._exit(ending)


def _work(job: dict[str, Any]) -> None:
    from crm.actors import Door, system_actor
    from crm.models import Company
    from customers.services.merge import merge_customers
    from customers.services.undo_merge import undo_merge

    actor = system_actor(Company.objects.get(), door=Door.TASK, name="victim")
    if job["merge"]:
        undo_merge(actor=actor, merge_id=UUID(job["merge"]))
    else:
        merge_customers(
            actor=actor,
            survivor_id=UUID(job["survivor"]),
            others=[UUID(one) for one in job["others"]],
            solutions=job["solutions"],
        )


def _terminate(backend: int) -> None:
    from django.db import connection

    another = connection.copy()
    with another.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
    another.close()


if __name__ == "__main__":
    main()
