//! A server for the tests of one process, which ends with it.

use crate::workbench::Workbench;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

/// A running server: its programs, its folder, which holds its socket and its log, and its port.
pub struct Server {
    pub programs: PathBuf,
    pub folder: PathBuf,
    pub port: u16,
}

/// What the shell does: make a cluster, start it, say so, wait for the end of this process, stop and clean up.
///
/// Whoever starts it holds the other end of its standard input; however that one ends, the pipe closes.
const SCRIPT: &str = r#"
set -e
bin=$1 port=$2
dir=$(mktemp -dt giamtang-pg.XXXXXX)
"$bin/initdb" -D "$dir/data" -U owner --auth=trust -E UTF8 --no-locale --no-sync >"$dir/initdb.log" 2>&1
if command -v openssl >/dev/null; then
    cd "$dir"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority >/dev/null 2>&1
    openssl req -newkey rsa:2048 -nodes -keyout data/server.key -out server.csr -subj /CN=server >/dev/null 2>&1
    printf 'subjectAltName=DNS:localhost\n' >san
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out data/server.crt \
        >/dev/null 2>&1
    chmod 600 data/server.key
    printf 'ssl = on\n' >>data/postgresql.conf
fi
printf 'fsync = off\nfull_page_writes = off\nautovacuum = off\nshared_buffers = 16MB\n' >>data/postgresql.conf 2>/dev/null ||
    printf 'fsync = off\nautovacuum = off\n' >>"$dir/data/postgresql.conf"
{
    printf 'hostnossl all encrypted all reject\n'
    printf 'host all secretive,encrypted all scram-sha-256\n'
    cat "$dir/data/pg_hba.conf"
} >"$dir/hba" && mv "$dir/hba" "$dir/data/pg_hba.conf"
"$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-p $port -k $dir -c listen_addresses=localhost" start >/dev/null 2>&1
printf '%s\n' "$dir"
read -r _ || true
"$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
rm -rf "$dir"
"#;

/// The password of a role that must prove who it is.
pub const PASSWORD: &str = "päss'wörd-9731";

/// The one server; `None`, with a printed skip, where there is none to be had and nobody insists.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(started).as_ref()
}

fn started() -> Option<Server> {
    let Some(programs) = programs() else {
        assert!(std::env::var_os("CI").is_none(), "no PostgreSQL server is installed, and nothing may be skipped here");
        println!("skipped: no PostgreSQL server is installed");
        return None;
    };
    let server = (0..3).find_map(|_| run(&programs)).expect("a PostgreSQL server starts");
    let roles = format!(
        "CREATE ROLE secretive LOGIN PASSWORD '{0}'; CREATE ROLE encrypted LOGIN PASSWORD '{0}'; CREATE ROLE poor LOGIN;",
        PASSWORD.replace('\'', "''")
    );
    server.sql(&roles);
    Some(server)
}

/// The folder of the newest server's programs.
fn programs() -> Option<PathBuf> {
    let debian = glob::glob("/usr/lib/postgresql/*/bin").expect("a pattern").flatten();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all: Vec<PathBuf> = std::env::split_paths(&path).chain(debian).collect();
    all.retain(|folder| folder.join("initdb").is_file());
    all.pop()
}

fn run(programs: &PathBuf) -> Option<Server> {
    let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|own| own.stdout.starts_with(b"0\n"));
    // A server refuses to run as root.
    let mut command = match is_root {
        true => {
            let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
            let user = if known.contains("\npostgres:") { "postgres" } else { "nobody" };
            let mut command = Command::new("setpriv");
            command.args([&format!("--reuid={user}"), "--clear-groups", "--", "sh"]);
            command
        }
        false => Command::new("sh"),
    };
    command.args(["-c", SCRIPT, "server"]).arg(programs).arg(port.to_string()).current_dir(std::env::temp_dir());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut folder = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut folder).ok()?;
    // Its standard input stays open for as long as this process lives.
    std::mem::forget(child.stdin.take()?);
    let folder = PathBuf::from(folder.trim());
    folder.is_dir().then(|| Server { programs: programs.clone(), folder, port })
}

impl Server {
    /// Runs statements by the server's own program and gives what it prints, bare.
    pub fn sql_in(&self, database: &str, statements: &str) -> String {
        let mut command = Command::new(self.programs.join("psql"));
        command.args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-U", "owner", "-d", database, "-f", "-"]);
        command.env("PGHOST", &self.folder).env("PGPORT", self.port.to_string()).env("PGCLIENTENCODING", "UTF8");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("psql runs");
        child.stdin.take().expect("a pipe").write_all(statements.as_bytes()).expect("psql reads");
        let output = child.wait_with_output().expect("psql ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub fn sql(&self, statements: &str) -> String {
        self.sql_in("postgres", statements)
    }

    /// A connection over the socket, as the owner of everything.
    pub fn url(&self) -> String {
        format!("postgres:///postgres?host={}&port={}&user=owner", self.folder.display(), self.port)
    }

    /// What the server wrote into its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

/// A study over a database, in a folder with what it needs.
pub struct Desk {
    pub bench: Workbench,
    pub server: &'static Server,
    environment: BTreeMap<String, String>,
}

impl Desk {
    /// A desk before the server; `None` where there is none.
    pub fn new() -> Option<Self> {
        let server = server()?;
        let environment = BTreeMap::from([("DATABASE_URL".to_owned(), server.url())]);
        Some(Self { bench: Workbench::new(), server, environment })
    }

    /// A schema that no other test has, with these statements run in it.
    pub fn schema(&self, statements: &str) -> String {
        static COUNT: Mutex<u32> = Mutex::new(0);
        let mut count = COUNT.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        let name = format!("test_{count}");
        drop(count);
        self.server.sql(&format!("CREATE SCHEMA {name}; SET search_path = {name}; {statements}"));
        name
    }

    /// The same desk with another variable of the environment.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// A study of one log over March 2024, where rows are independent.
    pub fn study(&self, log: &str) {
        let text = format!("{log}\nwindows.is = '2024-03-01..2024-03-31'\ncompare.cluster = 'none'\n");
        self.bench.write("study.toml", text);
    }

    /// The program at this desk; of the environment it has nothing that speaks of another database.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_giamtang"));
        command.args(arguments).current_dir(self.bench.path("")).env_remove("NO_COLOR").env("COLUMNS", "100");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PG") || name == "DATABASE_URL") {
            command.env_remove(name);
        }
        command.env("HOME", self.bench.path("")).envs(&self.environment);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().expect("the binary runs");
        crate::contract::hold(arguments, &self.bench.path(""), &output.stdout);
        output
    }

    /// What it prints where all goes well, however much is set aside.
    pub fn said(&self, arguments: &[&str]) -> String {
        let gate: &[&str] =
            if matches!(arguments[0], "check" | "compare" | "cube") { &["--max-quarantine", "1"] } else { &[] };
        let all: Vec<&str> = arguments.iter().chain(gate).copied().collect();
        let output = self.run(&all);
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{all:?}");
        text(&output.stdout)
    }

    /// What `check` says as JSON.
    pub fn checked(&self) -> serde_json::Value {
        serde_json::from_str(&self.said(&["check", "study.toml", "--format", "json"])).expect("JSON")
    }

    /// The exit code and message of a run that prints no result.
    pub fn refused(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.run(arguments);
        assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
        (output.status.code(), text(&output.stderr))
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.bench.path(name)).expect("the file")
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}
