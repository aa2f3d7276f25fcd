//! Any bytes as a cube: it is loaded and compared, or refused.

#![no_main]

use giamtang::cube::Cube;
use giamtang::Scorecard;
use giamtang_fuzz::{Folder, quiet_panics, refuse_defects};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: quiet_panics(), |bytes: &[u8]| {
    let folder = Folder::of("log.cube", bytes);
    if let Ok(cube) = Cube::load(&folder.path("log.cube")) {
        refuse_defects(Scorecard::compare(&cube));
    }
});
