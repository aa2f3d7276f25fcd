//! What a comment has room for: the parts that come first, the last, and as many of those between as fit.

/// The characters of a comment at most, on the hosts that pull requests are on.
pub(super) const LONGEST: usize = 65_536;

/// The characters of a line of facts at most: a study may name hundreds of units or files.
const LINE: usize = 1_500;

/// The parts that fit: `first` and `last` whatever comes, of the `rest` those before the one that does not; then `left`
/// says of how many how many are left out.
pub(super) fn fitted(first: &[String], rest: &[String], last: &str, left: impl Fn(usize, usize) -> String) -> String {
    let of = |part: &String| length(part) + 1;
    // What is said of the rest needs room as well.
    let taken: usize = first.iter().map(of).sum::<usize>() + length(last) + length(&left(rest.len(), rest.len())) + 2;
    let mut room = LONGEST.saturating_sub(taken);
    let mut fits = |part: &&String| {
        let enough = room >= of(part);
        room = room.saturating_sub(of(part));
        enough
    };
    let shown: Vec<&String> = rest.iter().take_while(|part| fits(part)).collect();
    let out = rest.len() - shown.len();
    let last = if out == 0 { last.to_owned() } else { left(out, rest.len()) + last };
    let parts = first.iter().chain(shown).map(String::as_str).chain([last.as_str()]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// As hosts count that count most.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A line of facts, cut where it is too long.
pub(super) fn cut(line: String) -> String {
    match line.char_indices().nth(LINE) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(out: usize, all: usize) -> String {
        format!("{out} of {all}\n")
    }

    #[test]
    fn what_fits_is_shown_and_the_rest_is_counted() {
        let part = |size: usize| "x".repeat(size);
        let all = fitted(&["a\n".into()], &["b\n".into(), String::new()], "z\n", left);
        assert_eq!(all, "a\n\nb\n\nz\n");
        let rest = [part(40_000), part(20_000), part(10_000), part(1)];
        let some = fitted(&["a\n".into()], &rest, "z\n", left);
        assert!(some.len() <= LONGEST && some.ends_with("x\n2 of 4\nz\n"), "{}", some.len());
        // Where the first part that does not fit is left out, so are those behind it.
        assert_eq!(some.matches('x').count(), 60_000);
    }

    #[test]
    fn a_line_of_hundreds_of_names_is_cut() {
        assert_eq!(cut("ế".repeat(1_500)), "ế".repeat(1_500));
        assert_eq!(cut("ế".repeat(1_501)), "ế".repeat(1_500) + "…");
    }
}
