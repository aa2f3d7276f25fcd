//! Texts and names as a workbook may hold them.

use crate::report::escaped;

/// The characters of a sheet's name, and of a cell, at most: both are counted in UTF-16.
const LONGEST_NAME: usize = 31;
const LONGEST_TEXT: usize = 32_767;

/// Where a text was cut.
const CUT: &str = "…";

/// The text as a cell shows it: what XML cannot hold, or what turns or hides text, is written out.
pub(super) fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // A cell may have these, and shows a line break as one.
            '\t' | '\n' => safe.push(c),
            // XML can hold neither of these.
            '\u{fffe}' | '\u{ffff}' => safe.extend(c.escape_unicode()),
            _ => safe.push_str(&escaped(c.encode_utf8(&mut [0; 4]))),
        }
    }
    cut(safe, LONGEST_TEXT)
}

/// The name as a sheet may have it, and no other sheet has it: cases are no difference.
pub(super) fn sheet(name: &str, taken: &[String]) -> String {
    let forbidden = |c: char| matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control();
    let legal: String = escaped(name).chars().map(|c| if forbidden(c) { ' ' } else { c }).collect();
    let legal = legal.split_whitespace().collect::<Vec<_>>().join(" ");
    let legal = cut(legal.trim_matches('\'').to_owned(), LONGEST_NAME);
    // A name that Excel keeps for itself.
    let own = if legal.is_empty() || legal.eq_ignore_ascii_case("history") { format!("{legal}_") } else { legal };
    let is_free = |name: &String| !taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let numbered = (2..).map(|number: usize| {
        let end = format!(" {number}");
        cut(own.clone(), LONGEST_NAME - end.len()) + &end
    });
    [own.clone()].into_iter().chain(numbered).find(is_free).unwrap_or(own)
}

/// The text with a mark where it was cut, if it is longer than so many units of UTF-16.
pub(super) fn cut(text: String, longest: usize) -> String {
    if text.len() <= longest || text.encode_utf16().count() <= longest {
        return text;
    }
    let mut room = longest - CUT.encode_utf16().count();
    let fits = |c: &char| {
        let enough = room >= c.len_utf16();
        room = room.saturating_sub(c.len_utf16());
        enough
    };
    text.chars().take_while(fits).collect::<String>() + CUT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_shows_what_is_there() {
        let same = ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "a\nb", "مكتب", "🏛 _x000D_ ế", "=cmd|' /C calc'!A0"];
        for text in same {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("a\u{1}\r\u{202e}b\u{ffff}"), "a\\u{1}\\r\\u{202e}b\\u{ffff}");
    }

    /// An emoji is two units of UTF-16, and never halved.
    #[test]
    fn a_long_text_is_cut_with_a_mark() {
        assert_eq!(shown(&"x".repeat(32_767)), "x".repeat(32_767));
        assert_eq!(shown(&"x".repeat(32_768)), "x".repeat(32_766) + "…");
        assert_eq!(cut("a🏛🏛🏛".to_owned(), 7), "a🏛🏛🏛");
        assert_eq!(cut("a🏛🏛🏛🏛".to_owned(), 7), "a🏛🏛…");
    }

    #[test]
    fn a_sheet_has_a_name_of_its_own() {
        let taken = ["Quality".to_owned(), "History_".to_owned()];
        assert_eq!(sheet("Time: [and] cost/?*\\", &[]), "Time and cost");
        assert_eq!(sheet("'quality'", &taken), "quality 2");
        assert_eq!((sheet("history", &taken), sheet("", &taken)), ("history_ 2".to_owned(), "_".to_owned()));
        let long = "Công khai, minh bạch trong giải quyết thủ tục";
        let first = sheet(long, &[]);
        assert_eq!(first, "Công khai, minh bạch trong giả…");
        assert_eq!(sheet(long, &[first]), "Công khai, minh bạch trong g… 2");
    }
}
