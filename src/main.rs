//! The binary: read arguments, call the library, choose an exit code.

#[path = "main/arguments.rs"]
mod arguments;
#[path = "main/form.rs"]
mod form;
#[path = "main/gate.rs"]
mod gate;
#[path = "main/init.rs"]
mod init;
#[path = "main/output.rs"]
mod output;
#[path = "main/progress.rs"]
mod progress;
#[path = "main/reading.rs"]
mod reading;
#[path = "main/schema.rs"]
mod schema;
#[path = "main/verbs.rs"]
mod verbs;

use crate::arguments::Arguments;
use crate::output::say;
use clap::Parser;
use giamtang::{ErrorKind, report};
use std::borrow::Cow;
use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;

/// What the last panic said. Those on damaged data are caught and become errors that name the file.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    panic::set_hook(Box::new(|what| {
        if let Ok(mut last) = PANIC.lock() {
            *last = what.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }));
    keep_memory();
    fail_at_limits();
    let ran = panic::catch_unwind(|| verbs::run(arguments().verb));
    let panicked = PANIC.lock().map(|last| last.clone()).unwrap_or_default();
    match ran {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            say(format_args!("{error}"));
            if matches!(error.kind(), ErrorKind::Broken { .. }) && !panicked.is_empty() {
                say(format_args!("{panicked}"));
            }
            ExitCode::from(if error.is_study() { 2 } else { 1 })
        }
        Err(_) => {
            say(format_args!("defect: {panicked}; please report"));
            ExitCode::from(1)
        }
    }
}

/// Row groups come and go: memory given back after each is asked for again at once, page by page.
#[cfg(target_env = "gnu")]
fn keep_memory() {
    const LARGEST: i32 = 1 << 30;
    for option in [libc::M_MMAP_THRESHOLD, libc::M_TRIM_THRESHOLD] {
        // SAFETY: settings of the C allocator, before there is a second thread; one that it refuses is left as it is.
        unsafe { libc::mallopt(option, LARGEST) };
    }
}

/// Gives back what was kept while rows were counted, and from now on what is large: the rows of a window in order would leave
/// holes that nothing else fits.
#[cfg(target_env = "gnu")]
fn give_back_memory() {
    const LARGE: i32 = 1 << 20;
    // SAFETY: a setting of the C allocator, which then gives free pages back; the threads that counted are gone.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::malloc_trim(0);
    }
}

#[cfg(not(target_env = "gnu"))]
fn keep_memory() {}

#[cfg(not(target_env = "gnu"))]
fn give_back_memory() {}

/// Beyond the size that the user may give files (`ulimit -f`) the system ends a program that does not listen, and its
/// temporary files stay. One that listens sees the write fail, as on a full disk.
fn fail_at_limits() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

/// The arguments, or the end; where they could move the cursor, what a message repeats of them is escaped.
fn arguments() -> Arguments {
    Arguments::try_parse().unwrap_or_else(|error| {
        let is_harmless = |text: Cow<'_, str>| report::escaped(&text) == text;
        if !error.use_stderr() || std::env::args_os().all(|argument| is_harmless(argument.to_string_lossy())) {
            error.exit();
        }
        let lines: String = error.render().to_string().lines().map(|line| report::escaped(line) + "\n").collect();
        let _ = io::stderr().write_all(lines.as_bytes());
        std::process::exit(error.exit_code())
    })
}
