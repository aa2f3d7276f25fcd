//! The other ways of saying the time, as lines.

use super::Line;
use crate::scorecard::{Contrast, ContrastId, Contrasts, Known, Scorecard};

/// The figures of both windows with their changes, the means within a horizon, the tests, those still open.
pub(super) fn lines<'a>(card: &'a Scorecard, own: &'a Contrasts) -> Vec<Line<'a>> {
    let windows = [card.study.was.as_deref().unwrap_or_default(), &card.study.is];
    let [was, is] = windows;
    let mut lines: Vec<Line<'a>> = own.figures.iter().flat_map(|figure| contrast(figure, windows)).collect();
    match &own.restricted_mean {
        Known::No(why) => lines.push(Line::absent("restricted_mean", Some(why))),
        Known::Yes(mean) => {
            lines.push(Line::value("restricted_mean", mean.was).at(was));
            lines.push(Line::value("restricted_mean", mean.is).at(is));
            lines.push(Line::value("restricted_mean_horizon", mean.horizon as f64));
            let change = ["restricted_mean_change", "restricted_mean_relative"];
            lines.extend(Line::of_change(change, Ok(&mean.change), None));
        }
    }
    match &own.log_rank {
        Known::No(why) => lines.push(Line::absent("log_rank", Some(why))),
        Known::Yes(test) => {
            let p = |p| [None, Some(p), None, None];
            let method = Some(test.method);
            lines.push(Line { tests: p(test.p), method, ..Line::value("log_rank", test.chi_square) });
            let within = |own| Line { tests: p(own), method, ..Line::new("log_rank_stratified") };
            lines.extend(test.stratified_p.map(within));
        }
    }
    let open = own.open.iter().zip(windows);
    lines.extend(open.map(|(own, window)| Line::value("still_open", own.open as f64).at(window).with_n(own.of)));
    lines
}

fn contrast<'a>(own: &Contrast, windows: [&'a str; 2]) -> Vec<Line<'a>> {
    let [figure, change, relative] = match own.id {
        ContrastId::FollowedMedian => ["followed_median", "followed_median_change", "followed_median_relative"],
        ContrastId::ClosedOfCohortMedian => {
            ["closed_of_cohort_median", "closed_of_cohort_median_change", "closed_of_cohort_median_relative"]
        }
        ContrastId::ClosedOfCohortMean => {
            ["closed_of_cohort_mean", "closed_of_cohort_mean_change", "closed_of_cohort_mean_relative"]
        }
        ContrastId::ClosedInWindowMedian => {
            ["closed_in_window_median", "closed_in_window_median_change", "closed_in_window_median_relative"]
        }
        ContrastId::ClosedInWindowMean => {
            ["closed_in_window_mean", "closed_in_window_mean_change", "closed_in_window_mean_relative"]
        }
    };
    let values = [own.was, own.is].into_iter().zip(windows).zip(own.n);
    let values = values.map(|((value, window), n)| Line::value(figure, value).at(window).with_n(n));
    let relative = own.relative.map(|own| Line::value(relative, own));
    values.chain([Line::value(change, own.absolute)]).chain(relative).collect()
}
