//! Expansions as checked-in Rust, and what the macros make of input that no one would write.
//!
//! `tests/expand/NAME.in.rs` becomes `NAME.out.rs`; `UPDATE_EXPECT=1` writes the latter anew.

use crate::{aggregate, command, event, event_handler, query, query_handler, saga, view};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::{fs, path::Path};

type Derive = fn(TokenStream) -> TokenStream;
type Attribute = fn(TokenStream, TokenStream) -> TokenStream;

const DERIVES: [(&str, Derive); 4] =
    [("command", command::expand), ("event", event::expand), ("query", query::expand), ("view", view::expand)];

const ATTRIBUTES: [(&str, Attribute); 6] = [
    ("aggregate", aggregate::expand),
    ("aggregate_with_mistakes", aggregate::expand),
    ("event_handler", event_handler::expand),
    ("query_handler", query_handler::expand),
    ("saga", saga::expand),
    ("saga_with_mistakes", saga::expand),
];

#[test]
fn derives_expand_as_checked_in() {
    for (name, expand) in DERIVES {
        check(name, expand);
    }
}

#[test]
fn attributes_expand_as_checked_in() {
    for (name, expand) in ATTRIBUTES {
        check(name, |tokens| {
            let (keys, item) = split(tokens);
            expand(keys, item)
        });
    }
}

/// A pair each of the same item with its keys in two orders.
const ORDERS: [(&str, &str, &str); 4] = [
    (
        "aggregate",
        "name = \"a\", snapshot_every = 5, snapshot_version = 2",
        "impl A { #[reconstitute] fn f(&mut self, e: &E) {} }",
    ),
    (
        "event_handler",
        "id = \"a\", retry(attempts = 3, first = \"1s\", max = \"1h\"), crate = ::a",
        "async fn f(a: Recorded<E>) -> R { g(a) }",
    ),
    ("query_handler", "crate = ::a", "async fn f(a: Q) -> R { g(a) }"),
    (
        "saga",
        "name = \"a\", deadline = \"1h\", retry(attempts = 3, first = \"1s\"), crate = ::a",
        "impl A { #[event_receiver(by_aggregate)] fn f(&self, e: &E) {} #[on_deadline] fn g(&self) {} }",
    ),
];

#[test]
fn the_order_of_keys_does_not_matter() {
    for (name, keys, item) in ORDERS {
        let (_, expand) = ATTRIBUTES.iter().find(|(known, _)| *known == name).expect("there is such a macro");
        let item: TokenStream = item.parse().expect("tokens");
        let expand = |keys: &str| expand(keys.parse().expect("tokens"), item.clone()).to_string();
        let reversed: Vec<&str> = top_level(keys).into_iter().rev().collect();
        assert_eq!(expand(keys), expand(&reversed.join(", ")), "{name}");
    }
    for (name, expand) in DERIVES {
        let response = if name == "query" { ", response = u8" } else { "" };
        let item = "struct S { #[aggregate_id] #[key] id: u8, #[merge(sum)] n: u8 }";
        let derive = |keys: &[&str]| {
            let input = format!("#[{name}({})] {item}", keys.join(", "));
            expand(input.parse().expect("tokens")).to_string()
        };
        let keys = format!("name = \"a\", crate = ::a{response}");
        let mut keys = top_level(&keys);
        let forwards = derive(&keys);
        keys.reverse();
        assert_eq!(forwards, derive(&keys), "{name}");
    }
}

/// The parts between the commas that stand in no parentheses.
fn top_level(keys: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = keys.split(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    parts.map(str::trim).collect()
}

#[test]
fn the_readme_shows_what_its_aggregate_expands_to() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(path).expect("the README is there");
    let blocks: Vec<syn::File> = readme.split("```rust").skip(1).map(code_block).collect();
    let is_aggregate = |item: &&syn::Item| matches!(item, syn::Item::Impl(block) if block.attrs.iter().any(|attribute| attribute.path().is_ident("aggregate")));
    let aggregate = blocks[0].items.iter().find(is_aggregate).expect("the example has an aggregate");
    let (keys, item) = split(quote::quote!(#aggregate));
    let expanded = syn::parse2::<syn::File>(aggregate::expand(keys, item)).expect("the expansion is Rust");
    let shown = |file: &syn::File| {
        let last = file.items.last().expect("there is a block");
        formatted(quote::quote!(#last))
    };
    assert_eq!(shown(&blocks[1]), shown(&expanded));
}

/// What follows "```rust", up to the end of the block, without the words on its first line.
fn code_block(text: &str) -> syn::File {
    let code = text.split_once('\n').and_then(|(_, rest)| rest.split_once("```")).expect("a block ends").0;
    syn::parse_file(code).expect("the block is Rust")
}

fn check(name: &str, expand: impl Fn(TokenStream) -> TokenStream) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let (input, output) = (folder.join(format!("{name}.in.rs")), folder.join(format!("{name}.out.rs")));
    let tokens: TokenStream =
        fs::read_to_string(&input).expect("the input is there").parse().expect("the input is Rust");
    let expanded = formatted(expand(tokens.clone()));
    assert_eq!(expanded, formatted(expand(tokens)), "{name} expands differently the second time");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&output, &expanded).expect("the output can be written");
    }
    let expected = fs::read_to_string(&output).unwrap_or_default();
    assert_eq!(expanded, expected, "{name} expands differently; where that is right, run with UPDATE_EXPECT=1");
}

fn formatted(tokens: TokenStream) -> String {
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("no Rust: {error}\n{tokens}"));
    prettyplease::unparse(&file)
}

/// `#[macro(keys)] item` as keys and item.
fn split(tokens: TokenStream) -> (TokenStream, TokenStream) {
    let mut tokens = tokens.into_iter();
    let attribute = tokens.nth(1).map(contents).unwrap_or_default();
    let keys = attribute.into_iter().nth(1).map(contents).unwrap_or_default();
    (keys, tokens.collect())
}

fn contents(token: TokenTree) -> TokenStream {
    match token {
        TokenTree::Group(group) => group.stream(),
        _ => TokenStream::new(),
    }
}

const ODD: &[&str] = &[
    "",
    ";",
    "struct",
    "struct S;",
    "struct S();",
    "struct S {}",
    "struct r#type { #[aggregate_id] #[key] r#fn: u8 }",
    "struct Ä { #[aggregate_id] #[key] ü: u8, #[merge(max)] ß: u8 }",
    "enum E {}",
    "union U { a: u8 }",
    "#[command] #[event] #[query] #[view] struct S { #[key = 1] a: u8, #[merge = \"sum\"] b: u8, #[merge] c: u8 }",
    "#[command()] #[event()] #[query()] #[view()] struct S { #[key()] a: u8, #[merge()] b: u8, #[merge(,)] c: u8 }",
    "#[command = 1] #[event = 1] #[query = 1] #[view = 1] struct S(#[aggregate_id(1)] u8, #[aggregate_id] u8);",
    "#[event(name, =, , version = )] #[query(response)] #[view(7)] #[command(::)] struct S { a: u8 }",
    "#[event(version = 99999999999)] #[view(name = \"\")] #[query(response = )] struct S<'a, T, const N: usize>;",
    "fn f() {}",
    "fn f();",
    "async fn f(self) {}",
    "async fn f(&self, a: Recorded<E>) {}",
    "async fn f(a: Recorded) -> u8 { 1 }",
    "async fn f(a: Recorded<E, F>) -> u8 { 1 }",
    "async fn f(a: Recorded<'a>) -> u8 { 1 }",
    "async fn f((a, b): Recorded<(A, B)>, [c]: [u8; 1], _: impl Sized) -> u8 { 1 }",
    "async fn r#move(a: Recorded<r#type>) -> r#fn { 1 }",
    "const async unsafe extern \"C\" fn f<T>(a: T, ...) {}",
    "impl A {}",
    "impl A for B {}",
    "impl !A for B {}",
    "impl<T> A<T> {}",
    "impl (A, B) {}",
    "impl [u8] {}",
    "impl <A as B>::C { #[validate_command] fn f(&self, a: A) {} }",
    "impl crate::a::A<u8> { #[validate_command] fn f(&self, a: A) {} #[reconstitute] fn g(&mut self, a: &A) {} }",
    "impl A { #[validate_command] fn f() {} #[reconstitute] fn g() {} }",
    "impl A { #[validate_command] fn f(self: Box<Self>, a: Self) -> Self {} #[reconstitute] fn g(mut self, _: &mut A) {} }",
    "impl A { #[validate_command] const C: u8 = 1; #[reconstitute] type T = u8; mac!(); }",
    "impl A { #[event_receiver] fn f() {} #[event_receiver(by = a.b.)] fn g(&self) {} #[on_deadline] fn h() {} }",
    "impl A { #[event_receiver = 1] fn f(&self, a: A) {} #[event_receiver(by = 0, starts = 1, requires, unless(a b))] fn g(&self, (a, b): &(A, B)) -> impl Sized {} }",
    "impl A { #[on_deadline(1)] #[event_receiver] fn f(self: Box<Self>) -> Self {} #[on_deadline] #[cfg(a)] async unsafe fn g<T>(&self, a: T) {} }",
    "impl crate::a::A<u8> { #[event_receiver(by_aggregate, starts)] fn f(&self, a: &A<u8>) {} #[on_deadline] fn g(&self) {} }",
    "impl A { #[validate_command()] #[validate_command] #[reconstitute = 1] fn f<'a>(&'a self, (a, b): &'a (A, B)) {} }",
];

const ODD_KEYS: &[&str] = &[
    "",
    ",",
    ",,",
    "name",
    "name =",
    "name = = ,",
    "name(",
    "crate",
    "crate = ",
    "crate = a::",
    "crate = ::a::<u8>, name = \"a\"",
    "snapshot_every = 1.5, snapshot_version = 99999999999",
    "retry, retry(), retry(retry(retry))",
    "deadline, deadline = 3, deadline = \"-1h\"",
    "retry(first = \"\", max = \"99999999999999999999d\", attempts = , factor = 0)",
    "id = 'a', id = \"\\u{0}\", \"id\"",
    "7 + 7",
    "r#name = \"a\"",
];

#[test]
fn odd_input_is_a_message_and_never_a_panic() {
    let parse = |text: &&str| text.parse::<TokenStream>().ok();
    let items: Vec<_> = ODD.iter().filter_map(parse).collect();
    assert_eq!(items.len(), ODD.len(), "all of the input is tokens");
    for item in &items {
        let grouped = TokenTree::Group(Group::new(Delimiter::None, item.clone())).into();
        for item in [item, &grouped] {
            for (_, expand) in DERIVES {
                expand(item.clone());
            }
            for keys in ODD_KEYS.iter().filter_map(parse) {
                for (_, expand) in ATTRIBUTES {
                    expand(keys.clone(), item.clone());
                }
            }
        }
    }
}

#[test]
fn only_the_crate_path_names_the_runtime() {
    let derived = DERIVES.map(|(name, expand)| {
        let response = if name == "query" { ", response = u8" } else { "" };
        let keys = format!("#[{name}(crate = ::renamed{response})]");
        let item = format!("{keys} struct S {{ #[aggregate_id] #[key] id: u8, #[merge(sum)] n: u8 }}");
        expand(item.parse().expect("tokens"))
    });
    let handler = "async fn f(a: Recorded<E>) -> R { g(a) }";
    let saga =
        "impl A { #[event_receiver(by_aggregate)] fn f(&self, e: &E) {} #[event_receiver] fn g(&self, e: &F) {} }";
    let items = ["impl A { #[reconstitute] fn f(&mut self, e: &E) {} }", "impl A {}", handler, handler, saga, saga];
    let attributed = ATTRIBUTES
        .iter()
        .zip(items)
        .map(|((_, expand), item)| expand("crate = ::renamed".parse().expect("tokens"), item.parse().expect("tokens")));
    for expanded in derived.into_iter().chain(attributed) {
        let expanded = expanded.to_string();
        assert!(expanded.contains("renamed") && !expanded.contains("jangle"), "{expanded}");
        assert!(!expanded.contains("compile_error"), "{expanded}");
    }
}
