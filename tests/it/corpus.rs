//! The small corpus of the fuzz targets, replayed.

use crate::workbench::project;

#[path = "../../fuzz/src/lib.rs"]
mod targets;

#[test]
fn every_input_is_read_or_refused() {
    for (name, target) in targets::TARGETS {
        let folder = project("fuzz/corpus").join(name);
        let files = std::fs::read_dir(&folder).expect("a corpus").map(|entry| entry.expect("an entry").path());
        let files: Vec<_> = files.collect();
        assert!(files.len() >= 5, "{name}: {} inputs", files.len());
        for file in files {
            println!("{}", file.display());
            target(&std::fs::read(&file).expect("an input"));
        }
    }
}
