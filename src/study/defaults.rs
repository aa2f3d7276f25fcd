//! The defaults a study leaves alone.

use std::collections::BTreeMap;

/// The defaults a study leaves alone, as they are printed.
#[derive(Default)]
pub(super) struct Defaults(BTreeMap<String, String>);

impl Defaults {
    pub(super) fn or(&mut self, key: &str, given: &Option<String>, default: &str) -> String {
        given.clone().unwrap_or_else(|| {
            self.0.insert(key.to_owned(), default.to_owned());
            default.to_owned()
        })
    }

    pub(super) fn number(&mut self, key: &str, given: Option<f64>, default: f64) -> f64 {
        given.unwrap_or_else(|| {
            self.0.insert(key.to_owned(), default.to_string());
            default
        })
    }

    pub(super) fn into_keys(self) -> BTreeMap<String, String> {
        self.0
    }
}
