//! Names of tables and columns: how a study writes them, and how a statement does.

/// A name as a statement writes it, whatever is in it.
///
/// A quoted name may hold any character but NUL; a quote in it stands twice.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a statement writes it, whatever is in it and however the server takes backslashes.
pub(super) fn text(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "''");
    format!("{}'{escaped}'", if text.contains('\\') { "E" } else { "" })
}

/// A table's name taken apart: it alone, or its schema and it; `None` where it is no such name.
///
/// Parts stand as they are, letter for letter; one with a point in it stands in double quotes.
pub(super) fn parts(name: &str) -> Option<Vec<String>> {
    let (mut parts, mut rest) = (Vec::new(), name.trim());
    loop {
        let (part, after) = match rest.strip_prefix('"') {
            Some(inner) => in_quotes(inner)?,
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        if part.is_empty() || part.contains('\0') {
            return None;
        }
        parts.push(part);
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None => return (after.is_empty() && parts.len() <= 2).then_some(parts),
        }
    }
}

/// What stands before the closing quote, and what comes after it.
fn in_quotes(text: &str) -> Option<(String, &str)> {
    let mut part = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        part.push_str(before);
        match after.strip_prefix('"') {
            Some(next) => {
                part.push('"');
                rest = next;
            }
            None => return Some((part, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let cases: [(&str, Option<&[&str]>); 13] = [
            ("cases", Some(&["cases"])),
            ("public.cases", Some(&["public", "cases"])),
            (" Sổ.Hồ sơ ", Some(&["Sổ", "Hồ sơ"])),
            ("\"a.b\".\"c\"\"d\"", Some(&["a.b", "c\"d"])),
            ("\"a.b\"", Some(&["a.b"])),
            ("x\"; DROP TABLE y; --", Some(&["x\"; DROP TABLE y; --"])),
            ("a.b.c", None),
            ("", None),
            (".a", None),
            ("a.", None),
            ("\"a", None),
            ("\"a\"b", None),
            ("a\0b", None),
        ];
        for (name, expected) in cases {
            let expected = expected.map(|parts| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
            assert_eq!(parts(name), expected, "{name:?}");
        }
    }

    #[test]
    fn no_name_or_text_ends_its_quotes() {
        assert_eq!(quoted("x\"; DROP TABLE y; --"), "\"x\"\"; DROP TABLE y; --\"");
        assert_eq!(text("Asia/Ho_Chi_Minh"), "'Asia/Ho_Chi_Minh'");
        assert_eq!(text("a'b\\"), "E'a''b\\\\'");
    }
}
