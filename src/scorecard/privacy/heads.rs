//! What is said of the log and of the axes, for everybody.

use super::Publication;
use crate::ingest::Reconciliation;
use crate::scorecard::{AxisResult, Reason, Scorecard};

impl Publication {
    /// Rows of the log in steps; no input, no rule and no table by itself: they count rows one by one, and officers.
    pub(super) fn heads(&self, card: &mut Scorecard) {
        let rows = self.steps.count(card.reconciliation.accepted);
        card.axes = card.axes.iter().map(|axis| self.axis(axis, rows)).collect();
        card.reconciliation = self.reconciled(&card.reconciliation);
        card.study.ambiguous_times = self.steps.count(card.study.ambiguous_times);
    }

    fn reconciled(&self, own: &Reconciliation) -> Reconciliation {
        let [accepted, quarantined] = [own.accepted, own.quarantined].map(|rows| self.steps.count(rows));
        Reconciliation { read: accepted + quarantined, accepted, quarantined, by_rule: Default::default() }
    }

    /// An axis as it is judged; shares in its reasons are of rows, and told in their steps.
    fn axis(&self, own: &AxisResult, rows: u64) -> AxisResult {
        let near = |share: f64| self.steps.of(rows, share).near(share);
        let told = |reason: &Reason| match reason {
            Reason::Quarantined(share) => Reason::Quarantined(near(*share)),
            Reason::QuarantinedOf(table, share) => Reason::QuarantinedOf(*table, near(*share)),
            Reason::Undated(share) => Reason::Undated(near(*share)),
            Reason::Implausible(share) => Reason::Implausible(near(*share)),
            other => other.clone(),
        };
        AxisResult { because: own.because.iter().map(told).collect(), ..own.clone() }
    }
}
