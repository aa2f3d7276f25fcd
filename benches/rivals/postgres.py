"""From PostgreSQL: giamtang beside the plain binary COPY of the same columns into nothing.

The server is made in the folder, started, and stopped again. What is copied is the statement that giamtang sends, as the
server's log has it. First it is asserted that the answer from the server is that from the Parquet file.
"""

import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from turns import Process, in_turn, process, run, table
from workshop import Workshop

PORT = 55_431
SETTINGS = """
fsync = off
full_page_writes = off
autovacuum = off
shared_buffers = 512MB
max_wal_size = 8GB
log_statement = all
"""
PLAIN = "plain COPY into nothing"


@dataclass(frozen=True)
class Server:
    """A running server with its programs and its folder, and what a client needs to find it."""

    programs: Path
    folder: Path

    def environment(self) -> dict[str, str]:
        place = {"PGHOST": str(self.folder), "PGPORT": str(PORT), "PGUSER": "owner", "PGDATABASE": "postgres"}
        return place | {"PATH": f"{self.programs}:{os.environ['PATH']}"}

    def sql(self, statement: str, rows: subprocess.Popen[bytes] | None = None) -> str:
        command = [self.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        stdin = rows.stdout if rows else subprocess.DEVNULL
        environment = os.environ | self.environment()
        done = subprocess.run(command, env=environment, stdin=stdin, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{statement[:200]}: {done.stderr}")
        return done.stdout.strip()


def installed() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if on_path is None and not found:
        sys.exit("no PostgreSQL server is installed: its `initdb` is neither on the path nor in /usr/lib/postgresql")
    return Path(on_path).resolve().parent if on_path else found[-1].parent


def as_server(*command: object) -> list[str]:
    """A command as somebody whom a server runs for: it refuses root."""
    words = [str(word) for word in command]
    return ["setpriv", f"--reuid={owner()}", "--clear-groups", *words] if os.geteuid() == 0 else words


def owner() -> str:
    return "postgres" if any(user.pw_name == "postgres" for user in pwd.getpwall()) else "nobody"


@contextmanager
def started(folder: Path) -> Iterator[Server]:
    server = Server(installed(), folder)
    data = folder / "data"
    if not data.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, owner())
        make = [server.programs / "initdb", "-D", data, "-U", "owner", "--auth=trust", "-E", "UTF8", "--no-locale", "-N"]
        subprocess.run(as_server(*make), check=True, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
    control = [server.programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    options = f"-p {PORT} -k {folder} -c listen_addresses="
    subprocess.run(as_server(*control, "-o", options, "start"), check=True, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
    try:
        yield server
    finally:
        subprocess.run(as_server(*control, "-m", "fast", "stop"), check=True, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())


def load(shop: Workshop, server: Server, cases: int) -> str:
    """The log as a table of the server, written once."""
    name = f"cases_{cases}"
    if server.sql(f"SELECT to_regclass('{name}')") == "":
        columns = subprocess.run(shop.program("columns.py", shop.log(cases)), check=True, capture_output=True, text=True)
        # Rows of a table that is made in the same transaction need no log of their own.
        server.sql(f"CREATE UNLOGGED TABLE loading ({columns.stdout})")
        rows = subprocess.Popen(shop.program("as_csv.py", shop.log(cases)), stdout=subprocess.PIPE)
        server.sql("COPY loading FROM STDIN (FORMAT csv)", rows)
        if rows.wait() != 0:
            sys.exit("the rows could not be written")
        # The first reader of fresh rows marks each as seen; none of the contenders should be that one.
        server.sql("VACUUM (FREEZE, ANALYZE) loading")
        server.sql(f"ALTER TABLE loading RENAME TO {name}")
    return name


def answer(shop: Workshop, server: Server | None, study: Path) -> dict:
    out = shop.folder / f"{study.stem}.json"
    own = server.environment() if server else {}
    run(Process([str(word) for word in (shop.giamtang, "compare", study, "--format", "json", "-q", "-o", out)], own))
    card = json.loads(out.read_text())
    del card["inputs"]
    return card


def statement(server: Server, name: str) -> str:
    """The last copy of a table that the server was asked for."""
    log = (server.folder / "log").read_text(errors="replace")
    found = re.findall(rf'(?:statement|execute [^:]*): (COPY \(SELECT .* FROM "{name}"\) TO STDOUT \(FORMAT binary\))', log)
    if not found:
        sys.exit("giamtang copied nothing")
    return found[-1]


def bench(shop: Workshop, sizes: list[int], rounds: int) -> None:
    with started(shop.folder / "postgres") as server:
        rows = [line for cases in sizes for line in measured(shop, server, cases, rounds)]
    head = ["dossiers", "", "s", "CPU-s of the client", "MiB of the client", "s, by the plain copy"]
    print(table(head, rows))


def measured(shop: Workshop, server: Server, cases: int, rounds: int) -> list[list[str]]:
    name = load(shop, server, cases)
    file = shop.whole_study("postgres-file", shop.log(cases))
    study = shop.folder / "postgres.toml"
    study.write_text(file.read_text().replace(f'cases = ["{shop.log(cases).resolve()}"]', f'cases = [{{ table = "{name}" }}]'))
    if "table =" not in study.read_text():
        sys.exit("the study reads no table")
    # Both are of one name, so that nothing but their input may differ.
    both = [shop.folder / "postgres-one.toml", shop.folder / "postgres-two.toml"]
    for own, text in zip(both, (file, study), strict=True):
        own.write_text(text.read_text().replace("[study]\n", '[study]\nname = "both"\n'))
    if answer(shop, None, both[0]) != answer(shop, server, both[1]):
        sys.exit("the answer from the server is another than that from the file")
    asked = statement(server, name)
    print(f"{asked.count(',') + 1} columns, {server.sql(f'SELECT pg_size_pretty(pg_table_size($${name}$$))')}\n")
    own = server.environment()
    giamtang = [str(shop.giamtang), "-q", "--format", "json"]
    contenders = {
        PLAIN: Process([str(server.programs / "psql"), "-X", "-q", "-c", asked], own),
        "giamtang check": Process([giamtang[0], "check", str(study), *giamtang[1:]], own),
        "giamtang compare": Process([giamtang[0], "compare", str(study), *giamtang[1:]], own),
        "giamtang compare, of the Parquet file": process(giamtang[0], "compare", file, *giamtang[1:]),
    }
    costs = in_turn(contenders, rounds)
    floor = costs[PLAIN]
    return [
        [f"{cases:,}", who, f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:,.0f}", f"{cost.wall / floor.wall:.2f}"]
        for who, cost in costs.items()
    ]
