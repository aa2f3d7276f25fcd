//! Closed lists of the schemas are those of the code: read from enums in the source, or asked of the library.

use super::*;
use giamtang::ingest::{Rule, Suspicion, Table};
use giamtang::kpi::{Axis, catalogue};
use giamtang::measure::Counting;
use proc_macro2::{TokenStream, TokenTree};
use serde_json::json;
use std::collections::BTreeSet;
use syn::visit::Visit;

fn schema(contract: Contract) -> Value {
    serde_json::from_str(contract.schema()).expect("JSON")
}

/// A list of the schema at a place, in its order.
fn listed(contract: Contract, place: &str) -> Vec<String> {
    let schema = schema(contract);
    let found = schema.pointer(place).unwrap_or_else(|| panic!("{contract:?} has no {place}"));
    found.as_array().expect("a list").iter().map(|word| word.as_str().expect("a word").to_owned()).collect()
}

fn defined(name: &str) -> Vec<String> {
    listed(Contract::Scorecard, &format!("/$defs/{name}/enum"))
}

fn owned<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// A source without what it has for its own tests.
fn source(path: &str) -> syn::File {
    let text = std::fs::read_to_string(project(path)).expect("a source");
    let mut file = syn::parse_file(&text).unwrap_or_else(|why| panic!("{path}: {why}"));
    file.items.retain(|item| !matches!(item, syn::Item::Mod(own) if own.ident == "tests"));
    file
}

fn snake(name: &str) -> String {
    let parts = name.char_indices().map(|(at, c)| match c.is_uppercase() && at > 0 {
        true => format!("_{}", c.to_lowercase()),
        false => c.to_lowercase().to_string(),
    });
    parts.collect()
}

/// The variants of an enum as serde names them.
fn variants(path: &str, name: &str) -> Vec<String> {
    let found = source(path).items.into_iter().find_map(|item| match item {
        syn::Item::Enum(own) if own.ident == name => Some(own),
        _ => None,
    });
    let found = found.unwrap_or_else(|| panic!("{path} has no enum {name}"));
    found.variants.iter().map(|variant| snake(&variant.ident.to_string())).collect()
}

/// The texts of a source, in their order.
fn texts(path: &str) -> Vec<String> {
    struct Texts(Vec<String>);
    impl Texts {
        fn tokens(&mut self, tokens: TokenStream) {
            for token in tokens {
                match token {
                    TokenTree::Group(group) => self.tokens(group.stream()),
                    TokenTree::Literal(own) => {
                        self.0.extend(syn::parse_str::<syn::LitStr>(&own.to_string()).ok().map(|text| text.value()));
                    }
                    _ => {}
                }
            }
        }
    }
    impl<'f> Visit<'f> for Texts {
        fn visit_lit_str(&mut self, text: &'f syn::LitStr) {
            self.0.push(text.value());
        }
        fn visit_macro(&mut self, own: &'f syn::Macro) {
            self.tokens(own.tokens.clone());
        }
        fn visit_attribute(&mut self, _: &'f syn::Attribute) {}
    }
    let mut texts = Texts(Vec::new());
    texts.visit_file(&source(path));
    texts.0
}

#[test]
fn words_are_those_of_the_enums() {
    let row = "src/scorecard/row.rs";
    let enums = [
        ("verdict", row, "Verdict"),
        ("flag", row, "Flag"),
        ("unit", "src/kpi/mod.rs", "Unit"),
        ("better", "src/kpi/mod.rs", "Better"),
        ("sampling", "src/kpi/mod.rs", "Sampling"),
        ("axis_id", "src/kpi/mod.rs", "Axis"),
        ("reason", "src/error.rs", "Undefined"),
    ];
    for (list, path, name) in enums {
        assert_eq!(defined(list), variants(path, name), "{list}");
    }
    let deep = [
        ("/$defs/axis/properties/verdict/enum", "src/scorecard/axis.rs", "AxisVerdict"),
        ("/$defs/contrasts/properties/figures/items/properties/id/enum", "src/scorecard/contrasts.rs", "ContrastId"),
        ("/$defs/scenario/properties/scenario/enum", "src/scorecard/sensitivity.rs", "Otherwise"),
    ];
    for (place, path, name) in deep {
        assert_eq!(listed(Contract::Scorecard, place), variants(path, name), "{place}");
    }
    // The codes of reasons are written by hand; they are the variants' names.
    let codes: BTreeSet<String> = texts("src/error.rs").into_iter().collect();
    assert!(defined("reason").iter().all(|code| codes.contains(code)));
}

#[test]
fn words_are_those_of_the_library() {
    let names = |list: &str, words: Vec<&str>| assert_eq!(defined(list), owned(words), "{list}");
    names("rule", Rule::ALL.iter().map(|rule| rule.name()).collect());
    names("table", Table::ALL.iter().map(|table| table.name()).collect());
    let suspicions = listed(Contract::Check, "/$defs/suspicion/enum");
    assert_eq!(suspicions, owned(Suspicion::ALL.iter().map(|own| own.name())));
    assert_eq!(schema(Contract::Scorecard)["properties"]["axes"]["maxItems"], json!(Axis::ALL.len()));
    names("counting", Counting::ALL.iter().map(|own| own.name()).collect());
    let anchors = listed(Contract::Trace, "/$defs/entry/properties/anchor/enum");
    let own = catalogue().flat_map(|kpi| kpi.recipe().keeps().map(|keep| keep.anchor.name()).collect::<Vec<_>>());
    assert!(own.into_iter().all(|anchor| anchors.iter().any(|listed| listed == anchor)), "{anchors:?}");
}

/// In `stats` nothing else is a text than the names of methods, and the formats that round figures.
#[test]
fn methods_are_those_of_the_code() {
    let mut known: BTreeSet<String> = ["interval_method", "change_method"].into_iter().flat_map(defined).collect();
    let places = [
        "/$defs/curve_test/properties/method/enum",
        "/$defs/chart/properties/method/enum",
        "/$defs/trend/properties/method/enum",
        "/$defs/forecast/properties/method/enum",
        "/$defs/compared/properties/method/enum",
        "/$defs/side_by_side/properties/funnel/enum",
        "/$defs/side_by_side/properties/shrinkage/enum",
    ];
    known.extend(places.into_iter().flat_map(|place| listed(Contract::Scorecard, place)));
    let root = project("");
    let sources = crate::layers::rust_files(&project("src/stats"));
    let sources = sources.iter().map(|path| path.strip_prefix(&root).unwrap_or(path).to_str().expect("UTF-8"));
    let mut told: BTreeSet<String> = sources.flat_map(texts).filter(|text| !text.contains('{')).collect();
    told.insert("exact difference of complete counts".to_owned());
    told.extend(texts("src/scorecard/contrasts.rs").into_iter().filter(|text| text.starts_with("log-rank, ")));
    assert_eq!(known, told);
    assert!(texts("src/scorecard/window.rs").contains(&"exact difference of complete counts".to_owned()));
    let ranks = listed(Contract::Scorecard, "/$defs/side_by_side/properties/ranks/enum");
    assert!(ranks.iter().all(|method| texts("src/scorecard/side.rs").contains(method)));
}

/// Words that the code has as texts: each is there, and no other in its place.
#[test]
fn other_words_are_those_of_the_code() {
    let series = "/$defs/series/properties/months/items/properties/signal/properties";
    let entry = "/$defs/entry/properties";
    let listed_in = |contract, path: &str, places: &[String]| {
        let texts: BTreeSet<String> = texts(path).into_iter().collect();
        for place in places {
            let missing: Vec<String> = listed(contract, place).into_iter().filter(|own| !texts.contains(own)).collect();
            assert_eq!(missing, [""; 0], "{place} has words that {path} has not");
        }
        texts
    };
    let of_series = ["rule", "direction", "meaning"].map(|word| format!("{series}/{word}/enum"));
    let texts_of = listed_in(Contract::Scorecard, "src/scorecard/series.rs", &of_series);
    assert_eq!(texts_of, of_series.iter().flat_map(|place| listed(Contract::Scorecard, place)).collect());
    let place = "/$defs/side_by_side/properties/groups/items/properties/place/enum".to_owned();
    listed_in(Contract::Scorecard, "src/scorecard/side.rs", &[place]);
    let of_trace = ["window", "end"].map(|word| format!("{entry}/{word}/enum"));
    let texts_of = listed_in(Contract::Trace, "src/scorecard/trace.rs", &of_trace);
    let why = listed(Contract::Trace, &format!("{entry}/why/enum"));
    let reasons = defined("reason");
    let own: BTreeSet<String> = why.iter().filter(|why| !reasons.contains(why)).cloned().collect();
    let of_trace = of_trace.iter().flat_map(|place| listed(Contract::Trace, place)).collect::<BTreeSet<_>>();
    assert_eq!(texts_of.difference(&of_trace).cloned().collect::<BTreeSet<_>>(), own);
    listed_in(Contract::Trace, "src/measure/place.rs", &[format!("{entry}/anchor/enum")]);
    listed_in(Contract::Scorecard, "src/ingest/source.rs", &["/$defs/input/properties/format/enum".to_owned()]);
}
