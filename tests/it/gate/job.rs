//! The jobs that stand as examples: their own commands are run, with the binary of this build.

use super::clone;
use crate::workbench::{Workbench, project};
use std::path::Path;
use std::process::{Command, Output};

/// The script of a named step of the GitHub job.
fn step(job: &str, name: &str) -> String {
    let (_, rest) = job.split_once(&format!("- name: {name}\n")).unwrap_or_else(|| panic!("no step {name}"));
    let (_, rest) = rest.split_once("run:").expect("a script");
    let (first, rest) = rest.split_once('\n').expect("a line");
    match first.trim() {
        "|" => rest
            .lines()
            .take_while(|line| line.starts_with("          "))
            .map(|line| format!("{}\n", line.trim()))
            .collect(),
        one => one.to_owned(),
    }
}

/// The script of the GitLab job: each entry of its list is a line.
fn script(job: &str) -> String {
    let (_, rest) = job.split_once("  script:\n").expect("a script");
    let lines = rest.lines().map_while(|line| line.strip_prefix("    - "));
    lines.map(|line| format!("{line}\n")).collect()
}

fn env(job: &str, key: &str) -> String {
    let line = job.lines().find_map(|line| line.trim().strip_prefix(&format!("{key}: "))).expect(key);
    line.split('#').next().unwrap_or_default().trim().to_owned()
}

/// Runs a script as a runner does: in the clone, with what the job sets, and stopping at the first that fails.
fn run(script: &str, job: &str, folder: &Path, more: &[(&str, &str)]) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_giamtang")).parent().expect("a folder");
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command.args(["-e", "-o", "pipefail", "-c", script]).current_dir(folder).env("PATH", path);
    for key in ["GIAMTANG", "STUDY", "KEPT"] {
        command.env(key, env(job, key));
    }
    command.envs(more.iter().copied()).output().expect("bash runs")
}

/// A clone whose study has not the two targets that are missed.
fn easy() -> Workbench {
    let bench = clone();
    let study = bench.path("fixtures/study/gate.toml");
    let text = std::fs::read_to_string(&study).expect("the study");
    let kept = text.split("[[target]]").filter(|own| !own.contains("_p90") && !own.contains("missing_value"));
    std::fs::write(&study, kept.collect::<Vec<_>>().join("[[target]]")).expect("the study");
    bench
}

/// Two targets of the fixture study are missed: the job fails with 4 and leaves the list and the report.
#[test]
fn the_github_job_fails_and_reports() {
    let job = std::fs::read_to_string(project("examples/ci/github-actions.yml")).expect("the job");
    let bench = clone();
    let folder = bench.path("");
    let output = run(&step(&job, "Gate"), &job, &folder, &[]);
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let summary = bench.write("summary", "What came before\n").to_string_lossy().into_owned();
    let output = run(&step(&job, "Summary"), &job, &folder, &[("GITHUB_STEP_SUMMARY", &summary)]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let summary = std::fs::read_to_string(summary).expect("the summary");
    assert!(summary.starts_with("What came before\n## ✗ A made-up Hanoi"), "{summary}");
    assert!(bench.path("gate.xml").is_file() && bench.path("today.cube").is_file());
}

/// A run that passes keeps its cube, and the next is held against it.
#[test]
fn the_github_job_keeps_the_cube_of_a_run_that_passes() {
    let job = std::fs::read_to_string(project("examples/ci/github-actions.yml")).expect("the job");
    let bench = easy();
    let folder = bench.path("");
    let code = |name: &str| run(&step(&job, name), &job, &folder, &[]).status.code();
    assert_eq!((code("Gate"), code("Keep the cube")), (Some(0), Some(0)));
    let list = || std::fs::read_to_string(bench.path("gate.md")).expect("the list");
    assert!(list().contains("no cube is kept there yet"), "{}", list());
    assert_eq!(code("Gate"), Some(0));
    assert!(list().contains("- ✓ **On-time rate: not worse than kept.cube by more than 2 points**"), "{}", list());
}

#[test]
fn the_gitlab_job_runs() {
    let job = std::fs::read_to_string(project("examples/ci/gitlab-ci.yml")).expect("the job");
    let bench = easy();
    let binary = bench.path(".cargo/bin");
    std::fs::create_dir_all(&binary).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_giamtang"), binary.join("giamtang")).expect("a link");
    let home = bench.path(".cargo").to_string_lossy().into_owned();
    let of = |branch| [("CARGO_HOME", home.as_str()), ("CI_COMMIT_BRANCH", branch), ("CI_DEFAULT_BRANCH", "main")];
    let output = run(&script(&job), &job, &bench.path(""), &of("another"));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(bench.path("gate.xml").is_file() && !bench.path("fixtures/study/kept.cube").exists());
    assert_eq!(run(&script(&job), &job, &bench.path(""), &of("main")).status.code(), Some(0));
    assert!(bench.path("fixtures/study/kept.cube").is_file());
}
