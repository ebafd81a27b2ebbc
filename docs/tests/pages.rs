//! The pages of the book hold together: what they name is there, and what is there is shown.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below `directory` that end so.
fn files(directory: &Path, extension: &str) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|of| of == extension) {
            found.insert(path);
        }
    }
    found
}

fn pages() -> BTreeMap<PathBuf, String> {
    files(&root().join("src"), "md").into_iter().map(|path| (path.clone(), read(&path))).collect()
}

/// Without `.` and `..`, whether it exists or not.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, component| {
        match component {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            other => normal.push(other),
        }
        normal
    })
}

/// What stands between `begin` and `end`, each time.
fn between<'a>(text: &'a str, begin: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(begin).skip(1).filter_map(move |rest| rest.split_once(end).map(|(inside, _)| inside))
}

/// The files that a page includes, each with its anchor.
fn includes(page: &Path, text: &str) -> Vec<(PathBuf, Option<String>)> {
    let of = |inside: &str| {
        let (file, anchor) = inside.split_once(':').map_or((inside, None), |(file, anchor)| (file, Some(anchor)));
        (normal(&page.parent().unwrap().join(file)), anchor.map(str::to_owned))
    };
    between(text, "{{#include ", "}}").map(of).collect()
}

/// What the text of a page is without its blocks of code.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

#[test]
fn every_page_is_in_the_summary_and_the_other_way_round() {
    let summary = root().join("src/SUMMARY.md");
    let listed: Vec<_> = between(&read(&summary), "](", ")").map(|file| root().join("src").join(file)).collect();
    let unique: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), unique.len(), "a page is listed twice");
    let pages: BTreeSet<_> = pages().into_keys().filter(|path| *path != summary).collect();
    let missing: Vec<_> = unique.difference(&pages).collect();
    assert!(missing.is_empty(), "listed, and not there: {missing:?}");
    let unlisted: Vec<_> = pages.difference(&unique).collect();
    assert!(unlisted.is_empty(), "there, and not listed: {unlisted:?}");
}

#[test]
fn every_include_is_there() {
    for (page, text) in pages() {
        for (file, anchor) in includes(&page, &text) {
            let included = read(&file);
            if let Some(anchor) = anchor {
                let lines: Vec<_> = included.lines().map(str::trim).collect();
                let begins = lines.iter().filter(|line| **line == format!("// ANCHOR: {anchor}")).count();
                let ends = lines.iter().filter(|line| **line == format!("// ANCHOR_END: {anchor}")).count();
                assert_eq!((begins, ends), (1, 1), "{} includes `{anchor}` of {}", page.display(), file.display());
            }
        }
    }
}

#[test]
fn every_listing_is_shown() {
    let pages = pages();
    let shown: BTreeSet<_> = pages.iter().flat_map(|(page, text)| includes(page, text)).collect();
    for file in ["rs", "txt", "sql", "mermaid"].into_iter().flat_map(|of| files(&root().join("listings"), of)) {
        if file.ends_with("listings/lib.rs") {
            continue;
        }
        let text = read(&file);
        let anchors: Vec<_> = between(&text, "// ANCHOR: ", "\n").collect();
        match anchors.is_empty() {
            true => assert!(shown.contains(&(file.clone(), None)), "no page shows {}", file.display()),
            false => {
                for anchor in anchors {
                    let whole = shown.contains(&(file.clone(), None));
                    let part = shown.contains(&(file.clone(), Some(anchor.to_owned())));
                    assert!(whole || part, "no page shows `{anchor}` of {}", file.display());
                }
            }
        }
    }
}

/// What `cargo test` compiles.
#[test]
fn every_listing_is_compiled() {
    let manifest = read(&root().join("Cargo.toml"));
    for entry in fs::read_dir(root().join("listings")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_target = manifest.contains(&format!("\npath = \"listings/{name}\"\n"));
        let is_rust = name.ends_with(".rs");
        assert!(!is_rust || is_target, "nothing compiles listings/{name}");
    }
}

#[test]
fn what_is_shown_as_rust_is_what_runs() {
    for (page, text) in pages() {
        for block in text.split("```").skip(1).step_by(2) {
            let (info, code) = block.split_once('\n').unwrap_or((block, ""));
            let includes = code.lines().all(|line| line.starts_with("{{#include ") || line.trim().is_empty());
            let is_rust = info == "rust" || info.starts_with("rust,");
            assert!(!is_rust || includes, "{}: Rust that no test compiles:\n{code}", page.display());
        }
    }
}

/// The anchor that a heading has in the book.
fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_leads_somewhere() {
    for (page, text) in pages() {
        for link in between(&prose(&text), "](", ")") {
            if link.contains("://") {
                continue;
            }
            let (file, heading) = link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
            let target = if file.is_empty() { page.clone() } else { normal(&page.parent().unwrap().join(file)) };
            assert!(target.exists(), "{} links to {link}", page.display());
            if let Some(heading) = heading {
                let slugs: Vec<_> = prose(&read(&target))
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .map(|line| slug(line.trim_start_matches('#')))
                    .collect();
                assert!(slugs.iter().any(|slug| slug == heading), "{} links to {link}: {slugs:?}", page.display());
            }
        }
    }
}

#[test]
fn every_compile_error_has_its_page() {
    let errors = root().join("src/errors");
    let shown: BTreeSet<_> = pages()
        .iter()
        .filter(|(page, _)| page.starts_with(&errors))
        .flat_map(|(page, text)| includes(page, text))
        .map(|(file, _)| file)
        .collect();
    let cases = files(&normal(&root().join("../ui-tests/fail")), "stderr");
    let missing: Vec<_> = cases.difference(&shown).collect();
    assert!(missing.is_empty(), "no page in docs/src/errors includes {missing:?}");
}

/// The variants of an enum in the source of jangle.
fn variants(name: &str) -> Vec<String> {
    let declaration = format!("\npub enum {name}");
    let sources = files(&normal(&root().join("../jangle/src")), "rs");
    let source = sources.iter().map(|path| read(path)).find(|source| source.contains(&declaration)).unwrap();
    let (_, body) = source.split_once(&declaration).unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    let is_variant = |line: &&str| line.starts_with("    ") && line[4..].starts_with(|c: char| c.is_ascii_uppercase());
    let name = |line: &str| line.trim().chars().take_while(|c| c.is_alphanumeric()).collect();
    body.lines().filter(is_variant).map(name).collect()
}

#[test]
fn every_error_of_send_and_query_is_explained() {
    for (error, page) in [("SendError", "src/commands.md"), ("AskError", "src/queries.md")] {
        let text = read(&root().join(page));
        let variants = variants(error);
        assert!(variants.len() > 3, "{error}: {variants:?}");
        for variant in variants {
            assert!(text.contains(&format!("\n| `{variant}`")), "{page} says nothing of {error}::{variant}");
        }
    }
}

/// The tables of the store, each with its columns.
fn migrated() -> BTreeMap<String, Vec<String>> {
    let directory = root().join("../jangle/src/store/sqlite/migrations");
    let sql: String = files(&directory, "sql").iter().map(|path| read(path)).collect();
    let tables = between(&sql, "CREATE TABLE ", "\n)").map(|table| {
        let (name, columns) = table.split_once(" (").unwrap();
        let names = columns.lines().filter_map(|line| line.split_whitespace().next());
        let columns = names.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        (name.to_owned(), columns.map(str::to_owned).collect())
    });
    tables.collect()
}

#[test]
fn the_schema_of_the_chapter_is_that_of_the_store() {
    let chapter = read(&root().join("src/stored.md"));
    let sections = chapter.split("\n### `").skip(1).filter_map(|section| section.split("\n#").next());
    let documented: BTreeMap<String, Vec<String>> = sections
        .filter_map(|section| section.split_once('`'))
        .map(|(name, rest)| (name.to_owned(), between(rest, "\n| `", "`").map(str::to_owned).collect()))
        .collect();
    assert_eq!(documented, migrated());
}

/// The names after which `key = ` stands in a section of a manifest.
fn keys(manifest: &str, section: &str) -> BTreeSet<String> {
    let (_, rest) = manifest.split_once(&format!("[{section}]\n")).unwrap();
    let lines = rest.lines().take_while(|line| !line.is_empty());
    lines.map(|line| line.chars().take_while(|c| c.is_alphanumeric()).collect()).collect()
}

#[test]
fn the_manifest_of_the_first_chapter_has_what_its_programs_are_built_with() {
    let shown = read(&root().join("listings/start/Cargo.toml.txt"));
    let real = read(&root().join("Cargo.toml"));
    assert_eq!(keys(&shown, "dependencies"), keys(&real, "dependencies"));
}

/// Names in the code of a page that are long enough to be those of tests, and files of messages.
fn cited(text: &str) -> BTreeSet<String> {
    let codes = text.split('`').skip(1).step_by(2);
    let name = |code: &str| {
        let last = code.rsplit("::").next().unwrap_or(code);
        let is_test = code.contains("::") && last.matches('_').count() >= 4;
        is_test.then(|| last.trim_end_matches("()").to_owned())
    };
    codes.filter_map(name).collect()
}

#[test]
fn every_test_that_the_parity_pages_name_exists() {
    let workspace = normal(&root().join(".."));
    let folders = ["tests", "docs", "jangle", "jangle-macros", "examples"];
    let sources: String =
        folders.iter().flat_map(|folder| files(&workspace.join(folder), "rs")).map(|path| read(&path)).collect();
    for (page, text) in pages().into_iter().filter(|(page, _)| page.parent().unwrap().ends_with("parity")) {
        for name in cited(&text) {
            let is_there = sources.contains(&format!("fn {name}(")) || sources.contains(&format!("    {name},\n"));
            assert!(is_there, "{} names a test that is not there: {name}", page.display());
        }
        for file in between(&text, "`ui-tests/", "`") {
            assert!(workspace.join("ui-tests").join(file).exists(), "{} names ui-tests/{file}", page.display());
        }
    }
}
