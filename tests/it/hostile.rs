//! Files that are broken, or meant to break: each ends with a documented exit code and one line that says where, what
//! and what to do; no row is lost, nothing panics, and nothing takes more than 4 GiB of memory or 60 seconds.

mod bombs;
mod books;
mod columnar;
mod damaged;
mod entry;
mod json;
mod outputs;
mod packed;
mod places;
mod studies;
mod texts;
mod unicode;
mod xes;

use entry::{Entry, Run};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Entries at a time: what they take of memory and processors is bounded, and so is the machine.
const AT_ONCE: usize = 2;

fn corpus() -> Vec<Entry> {
    [
        texts::entries(),
        packed::entries(),
        json::entries(),
        xes::entries(),
        books::entries(),
        columnar::entries(),
        studies::entries(),
        places::entries(),
        unicode::entries(),
        bombs::entries(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_hostile_file_ends_as_it_should() {
    let corpus = corpus();
    assert!(corpus.len() >= 60, "{} entries", corpus.len());
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(entry) = corpus.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = entry.verdict() {
                        wrong.lock().expect("no panic").push(format!("{}: {why}", entry.name));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), corpus.len(), wrong.join("\n"));
}

#[test]
fn no_two_entries_have_one_name() {
    let corpus = corpus();
    let mut names: Vec<&str> = corpus.iter().map(|entry| entry.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names.windows(2).find(|pair| pair[0] == pair[1]), None);
}
