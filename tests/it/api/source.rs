//! The public items of the crate, as its source declares them.

use crate::workbench::project;
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, ImplItem, Item, Signature, Token, Type, UseTree, Visibility};

/// A public module with all that can be reached by it.
#[derive(Default)]
pub struct Module {
    path: String,
    docs: String,
    items: BTreeMap<String, Thing>,
    lines: BTreeSet<String>,
    modules: Vec<Module>,
}

/// A type, a trait or a function by itself.
#[derive(Default)]
struct Thing {
    docs: String,
    lines: BTreeSet<String>,
}

/// Where a module's own file is, and where those of its modules are.
struct Place {
    file: PathBuf,
    folder: PathBuf,
}

impl Place {
    fn of(&self, module: &str) -> Self {
        let beside = self.folder.join(format!("{module}.rs"));
        let folder = self.folder.join(module);
        Self { file: if beside.is_file() { beside } else { folder.join("mod.rs") }, folder }
    }
}

impl Module {
    pub fn root() -> Self {
        let place = Place { file: project("src/lib.rs"), folder: project("src") };
        Self::read("giamtang".to_owned(), &place)
    }

    fn read(path: String, place: &Place) -> Self {
        let file = parsed(&place.file);
        let mut module = Self { path, docs: docs(&file.attrs), ..Self::default() };
        let visible = names(&file.items);
        module.lines.extend(shown_again(&file.items).map(|line| format!("{}: {line}", module.path)));
        module.gather(&file.items, place, &|_| true, &visible);
        let known: BTreeSet<String> = module.items.keys().cloned().collect();
        module.implemented(&file.items, place, &known);
        module
    }

    /// The items of a file, and of its private modules what is named by a visible `pub use`.
    fn gather(&mut self, items: &[Item], place: &Place, is_shown: &dyn Fn(&str) -> bool, visible: &BTreeSet<String>) {
        for item in items.iter().filter(|item| !is_hidden(attributes(item))) {
            match item {
                Item::Mod(own) if is_public(&own.vis) => {
                    let path = format!("{}::{}", self.path, own.ident);
                    self.modules.push(Self::read(path, &place.of(&own.ident.to_string())));
                }
                Item::Mod(own) if own.content.is_none() => {
                    let inner = place.of(&own.ident.to_string());
                    self.gather(&parsed(&inner.file).items, &inner, &|name| visible.contains(name), visible);
                }
                other => self.declared(other, is_shown),
            }
        }
    }

    fn declared(&mut self, item: &Item, is_shown: &dyn Fn(&str) -> bool) {
        let Some((name, thing)) = Thing::of(item, &self.path).filter(|(name, _)| is_shown(name)) else { return };
        let own = self.items.entry(name).or_default();
        own.docs.push_str(&thing.docs);
        own.lines.extend(thing.lines);
    }

    /// What is implemented of the items, in whichever file of the module.
    fn implemented(&mut self, items: &[Item], place: &Place, known: &BTreeSet<String>) {
        // A private type may have the name of a public one.
        let private: BTreeSet<String> = items.iter().filter_map(private).collect();
        for item in items.iter().filter(|item| !is_hidden(attributes(item))) {
            match item {
                Item::Mod(own) if !is_public(&own.vis) && own.content.is_none() => {
                    let inner = place.of(&own.ident.to_string());
                    self.implemented(&parsed(&inner.file).items, &inner, known);
                }
                Item::Impl(own) => {
                    let Some(name) = named(&own.self_ty).filter(|name| known.contains(name) && !private.contains(name))
                    else {
                        continue;
                    };
                    let path = format!("{}::{name}", self.path);
                    let thing = self.items.entry(name).or_default();
                    thing.implemented(own, &path);
                }
                _ => {}
            }
        }
    }

    /// A line for each item, sorted within modules.
    pub fn lines(&self) -> Vec<String> {
        let own = self.items.values().flat_map(|thing| &thing.lines).chain(&self.lines);
        let own: BTreeSet<String> = own.cloned().collect();
        own.into_iter().chain(self.modules.iter().flat_map(Self::lines)).collect()
    }

    /// Types and functions that no example shows: neither their own, nor their methods', nor another's of the module.
    pub fn without_example(&self) -> Vec<String> {
        let told: String = self.items.values().map(|thing| thing.docs.as_str()).chain([self.docs.as_str()]).collect();
        let shown = examples(&told);
        let is_shown = |name: &str, thing: &Thing| !examples(&thing.docs).is_empty() || is_word_of(name, &shown);
        let own = self.items.iter().filter(|(name, thing)| !is_shown(name, thing));
        let own = own.map(|(name, _)| format!("{}::{name}", self.path));
        own.chain(self.modules.iter().flat_map(Self::without_example)).collect()
    }
}

impl Thing {
    fn of(item: &Item, path: &str) -> Option<(String, Self)> {
        let (name, lines) = match item {
            Item::Fn(own) if is_public(&own.vis) => (&own.sig.ident, vec![format!("{path}::{}", signature(&own.sig))]),
            Item::Struct(own) if is_public(&own.vis) => {
                let name = format!("{path}::{}", own.ident);
                let head = format!("{name}{}: struct{}", told(&own.generics), traits(&own.attrs));
                (&own.ident, [vec![head], fields(&own.fields, &name, false)].concat())
            }
            Item::Enum(own) if is_public(&own.vis) => {
                let name = format!("{path}::{}", own.ident);
                let head = format!("{name}{}: enum{}", told(&own.generics), traits(&own.attrs));
                let variants = own.variants.iter().flat_map(|variant| {
                    let name = format!("{name}::{}", variant.ident);
                    [vec![name.clone()], fields(&variant.fields, &name, true)].concat()
                });
                (&own.ident, [head].into_iter().chain(variants).collect())
            }
            Item::Trait(own) if is_public(&own.vis) => {
                let name = format!("{path}::{}", own.ident);
                let methods = own.items.iter().filter_map(|item| match item {
                    syn::TraitItem::Fn(own) => Some(format!("{name}::{}", signature(&own.sig))),
                    _ => None,
                });
                (
                    &own.ident,
                    [format!("{name}: trait: {}", told(&own.supertraits))].into_iter().chain(methods).collect(),
                )
            }
            Item::Type(own) if is_public(&own.vis) => {
                (&own.ident, vec![format!("{path}::{} = {}", own.ident, told(&own.ty))])
            }
            Item::Const(own) if is_public(&own.vis) => {
                (&own.ident, vec![format!("{path}::{}: const {}", own.ident, told(&own.ty))])
            }
            Item::Static(own) if is_public(&own.vis) => {
                (&own.ident, vec![format!("{path}::{}: static {}", own.ident, told(&own.ty))])
            }
            Item::Macro(own) if own.mac.path.is_ident("findings") => return Self::of_findings(&own.mac, path),
            _ => return None,
        };
        let marks = attributes(item)
            .iter()
            .filter(|own| own.path().is_ident("must_use"))
            .map(|_| format!("{path}::{name}: must_use"));
        let lines = lines.into_iter().chain(marks).collect();
        Some((name.to_string(), Self { docs: docs(attributes(item)), lines }))
    }

    /// What `findings!` makes of a list: an enum with the names that stand in it, and its three questions.
    fn of_findings(list: &syn::Macro, path: &str) -> Option<(String, Self)> {
        let parse = |input: syn::parse::ParseStream<'_>| {
            let docs = docs(&input.call(Attribute::parse_outer)?);
            let name: syn::Ident = input.parse()?;
            let (inner, mut variants);
            syn::braced!(inner in input);
            variants = Vec::new();
            while !inner.is_empty() {
                variants.push(inner.parse::<syn::Ident>()?.to_string());
                let [_name, _english, _vietnamese]: [syn::LitStr; 3] = [inner.parse()?, inner.parse()?, inner.parse()?];
            }
            Ok((docs, name.to_string(), variants))
        };
        let (docs, name, variants) =
            syn::parse::Parser::parse2(parse, list.tokens.clone()).expect("a list of findings");
        let own = format!("{path}::{name}");
        let fixed = [": enum by findings!", "::ALL", "::name(self)", "::says(self)"].map(|end| format!("{own}{end}"));
        let lines = fixed.into_iter().chain(variants.iter().map(|variant| format!("{own}::{variant}"))).collect();
        Some((name, Self { docs, lines }))
    }

    fn implemented(&mut self, own: &syn::ItemImpl, path: &str) {
        if let Some((_, of, _)) = &own.trait_ {
            self.lines.insert(format!("{path}: {}", told(of)));
            return;
        }
        for item in &own.items {
            match item {
                ImplItem::Fn(own) if is_public(&own.vis) && !is_hidden(&own.attrs) => {
                    let must = own.attrs.iter().any(|own| own.path().is_ident("must_use"));
                    let must = if must { "must_use " } else { "" };
                    self.lines.insert(format!("{path}::{must}{}", signature(&own.sig)));
                    self.docs.push_str(&docs(&own.attrs));
                }
                ImplItem::Const(own) if is_public(&own.vis) && !is_hidden(&own.attrs) => {
                    self.lines.insert(format!("{path}::{}: const {}", own.ident, told(&own.ty)));
                    self.docs.push_str(&docs(&own.attrs));
                }
                _ => {}
            }
        }
    }
}

fn parsed(file: &Path) -> syn::File {
    let text = std::fs::read_to_string(file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    syn::parse_file(&text).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether an item is hidden from the documentation, or is there in tests alone.
fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|own| {
        let inner = || own.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
        own.path().is_ident("doc") && inner() == "hidden" || own.path().is_ident("cfg") && inner() == "test"
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(own) => &own.attrs,
        Item::Enum(own) => &own.attrs,
        Item::Fn(own) => &own.attrs,
        Item::Impl(own) => &own.attrs,
        Item::Mod(own) => &own.attrs,
        Item::Static(own) => &own.attrs,
        Item::Struct(own) => &own.attrs,
        Item::Trait(own) => &own.attrs,
        Item::Type(own) => &own.attrs,
        Item::Use(own) => &own.attrs,
        _ => &[],
    }
}

fn docs(attributes: &[Attribute]) -> String {
    let text = |own: &Attribute| match &own.meta.require_name_value().ok()?.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value() + "\n"),
        _ => None,
    };
    attributes.iter().filter(|own| own.path().is_ident("doc")).filter_map(text).collect()
}

/// The code of the examples of a text: blocks in Rust, run or at least compiled.
fn examples(docs: &str) -> String {
    let (mut code, mut open) = (String::new(), None);
    for line in docs.lines() {
        match (open, line.trim().strip_prefix("```")) {
            (None, Some(kind)) => open = Some(matches!(kind, "" | "no_run")),
            (Some(_), Some(_)) => open = None,
            (Some(true), None) => code = code + line + "\n",
            _ => {}
        }
    }
    code
}

fn is_word_of(name: &str, text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// The names that a file's visible `pub use` lines show.
fn names(items: &[Item]) -> BTreeSet<String> {
    fn leaves(tree: &UseTree, names: &mut BTreeSet<String>) {
        match tree {
            UseTree::Path(own) => leaves(&own.tree, names),
            UseTree::Name(own) => drop(names.insert(own.ident.to_string())),
            UseTree::Group(own) => own.items.iter().for_each(|tree| leaves(tree, names)),
            UseTree::Rename(_) | UseTree::Glob(_) => panic!("the public API is re-exported by its names"),
        }
    }
    let mut names_of = BTreeSet::new();
    for item in items {
        if let Item::Use(own) = item
            && is_public(&own.vis)
            && !is_hidden(&own.attrs)
        {
            leaves(&own.tree, &mut names_of);
        }
    }
    names_of
}

/// A line for each `pub use` of what is public elsewhere; of what stands in a private module the items themselves tell.
fn shown_again(items: &[Item]) -> impl Iterator<Item = String> {
    let is_private = |name: &syn::Ident| {
        items.iter().any(|item| matches!(item, Item::Mod(own) if own.ident == *name && !is_public(&own.vis)))
    };
    let shown = items.iter().filter_map(move |item| match item {
        Item::Use(own) if is_public(&own.vis) && !is_hidden(&own.attrs) => match &own.tree {
            UseTree::Path(path) if is_private(&path.ident) => None,
            tree => Some(format!("pub use {}", told(tree))),
        },
        _ => None,
    });
    shown.collect::<Vec<_>>().into_iter()
}

/// The name of a type that others cannot reach.
fn private(item: &Item) -> Option<String> {
    match item {
        Item::Struct(own) if !is_public(&own.vis) => Some(own.ident.to_string()),
        Item::Enum(own) if !is_public(&own.vis) => Some(own.ident.to_string()),
        _ => None,
    }
}

/// The name of the type that something is implemented for.
fn named(of: &Type) -> Option<String> {
    match of {
        Type::Path(own) => own.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

fn fields(fields: &Fields, of: &str, all: bool) -> Vec<String> {
    let own = fields.iter().enumerate().filter(|(_, field)| (all || is_public(&field.vis)) && !is_hidden(&field.attrs));
    let line = |(at, field): (usize, &syn::Field)| {
        let name = field.ident.as_ref().map_or_else(|| at.to_string(), |name| name.to_string());
        format!("{of}.{name}: {}", told(&field.ty))
    };
    own.map(line).collect()
}

/// What is derived, and whether others may take it for complete.
fn traits(attributes: &[Attribute]) -> String {
    let mut traits = BTreeSet::new();
    for own in attributes.iter().filter(|own| own.path().is_ident("derive")) {
        let paths = own.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated).expect("a list");
        traits.extend(paths.iter().filter_map(|path| path.segments.last()).map(|last| last.ident.to_string()));
    }
    let grows = attributes.iter().any(|own| own.path().is_ident("non_exhaustive"));
    let list: Vec<String> = traits.into_iter().collect();
    format!("{} ({})", if grows { " non_exhaustive" } else { "" }, list.join(", "))
}

fn signature(own: &Signature) -> String {
    let text = told(own);
    text.strip_prefix("fn ").map_or(text.clone(), str::to_owned)
}

/// Tokens as they are written: without the blanks that a list of tokens has.
fn told(tokens: &impl ToTokens) -> String {
    const BLANKS: [(&str, &str); 18] = [
        (" ::", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" ;", ";"),
        (" :", ":"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("[ ", "["),
        (" ]", "]"),
        ("& ", "&"),
        ("->(", "-> ("),
        (",(", ", ("),
        ("=(", "= ("),
        (",)", ")"),
    ];
    BLANKS.iter().fold(tokens.to_token_stream().to_string(), |text, (from, to)| text.replace(from, to))
}
