use super::*;
use crate::{Money, domain::EntryKind};

const HEADER: &str = "trans_id;account_id;date;type;operation;amount;balance;k_symbol;bank;account";
const LINE: &str = "1;25;960728;credit;credit in cash;900.00;900.00;;;";

fn lines(text: &str) -> Vec<StatementLine> {
    parse("f.csv", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

/// What is wrong with a file of the header and these lines.
fn wrong(body: &[u8]) -> String {
    let mut bytes = format!("{HEADER}\n").into_bytes();
    bytes.extend_from_slice(body);
    parse("f.csv", &bytes).expect_err("a mistake").to_string()
}

#[test]
fn a_line_says_what_happened_to_which_account() {
    let read = lines(&format!(
        "{HEADER}\n{LINE}\n9;25;960801;withdrawal;remittance to another bank;12.5;887.50;household;AB;123\n"
    ));
    assert_eq!((read[0].transaction.as_str(), read[0].account.as_str(), read[0].number), ("1", "25", 2));
    assert_eq!(read[0].slip.details().as_deref(), Some("credit in cash"));
    assert_eq!((read[1].kind, read[1].amount, read[1].number), (EntryKind::Withdrawal, Money::from_minor(1250), 3));
    assert_eq!(read[1].slip.day.to_string(), "1996-08-01");
    assert_eq!(read[1].slip.details().as_deref(), Some("household, AB 123, remittance to another bank"));
}

#[test]
fn the_kind_comes_from_type_and_purpose() {
    for (kind, purpose, expected) in [
        ("credit", "", EntryKind::Deposit),
        ("credit", "interest credited", EntryKind::Interest),
        ("withdrawal", " ", EntryKind::Withdrawal),
        ("withdrawal in cash", "", EntryKind::Withdrawal),
        ("withdrawal", "payment for statement", EntryKind::Fee),
        ("withdrawal", "sanction interest if negative balance", EntryKind::SanctionInterest),
        ("withdrawal", "something new", EntryKind::Withdrawal),
    ] {
        let read = lines(&format!("{HEADER}\n1;25;960728;{kind};;1.00;1.00;{purpose};;\n"));
        assert_eq!(read[0].kind, expected, "{kind}, {purpose}");
    }
}

#[test]
fn quotes_line_ends_marks_blank_lines_and_further_columns_make_no_difference() {
    let plain = lines(&format!("{HEADER}\n{LINE}\n"));
    let quoted = LINE.split(';').map(|field| format!("\"{field}\"")).collect::<Vec<_>>().join(";");
    for text in [
        format!("{HEADER}\n{LINE}"),
        format!("{HEADER}\r\n{LINE}\r\n"),
        format!("\u{feff}{HEADER}\n{LINE}\n"),
        format!("\u{feff}{HEADER}\r\n{quoted}\r\n"),
        format!("{HEADER}\n{quoted}\n"),
        format!("{HEADER}\n{LINE}\n\n\n"),
        format!("{HEADER};note\n{LINE};more\n"),
    ] {
        assert_eq!(lines(&text), plain, "{text:?}");
    }
    let mut moved = lines(
        "account;bank;k_symbol;balance;amount;operation;type;date;account_id;trans_id\n;;;900.00;900.00;credit in cash;credit;960728;25;1\n",
    );
    assert_eq!(std::mem::replace(&mut moved[0].column, 1), 50);
    assert_eq!(moved, plain);
}

#[test]
fn a_statement_may_have_no_lines() {
    assert_eq!(lines(HEADER), []);
}

#[test]
fn a_mistake_is_told_with_line_and_column() {
    for (line, told) in [
        ("1;25;970229;credit;;1.00;1.00;;;", "2:6: expected a day of the calendar as YYMMDD, found `970229`"),
        ("1;25;;credit;;1.00;1.00;;;", "2:6: expected a day of the calendar as YYMMDD, found nothing"),
        (
            "1;25;960728;gift;;1.00;1.00;;;",
            "2:13: expected `credit`, `withdrawal` or `withdrawal in cash`, found `gift`",
        ),
        ("1;25;960728;credit;;12,5;1.00;;;", "2:21: expected an amount such as 1234.50, found `12,5`"),
        ("1;25;960728;credit;;1e9;1.00;;;", "2:21: expected an amount such as 1234.50, found `1e9`"),
        ("1;25;960728;credit;;-3;1.00;;;", "2:21: expected an amount such as 1234.50, found `-3`"),
        ("1;25;960728;credit;;;1.00;;;", "2:21: expected an amount such as 1234.50, found nothing"),
        ("1;25;960728;credit;;1.234;1.00;;;", "2:21: expected an amount such as 1234.50, found `1.234`"),
        (
            "1;25;960728;credit;;92233720368547758.08;1.00;;;",
            "2:21: expected an amount of at most 999,999,999,999.99, found `92233720368547758.08`",
        ),
        ("1;25;960728;credit;;1.00;one;;;", "2:26: expected a balance: an amount such as 1234.50, found `one`"),
        (
            ";25;960728;credit;;1.00;1.00;;;",
            "2:1: expected an id of 1 to 50 printable characters without blanks at its ends, found nothing",
        ),
        (
            "1;;960728;credit;;1.00;1.00;;;",
            "2:3: expected an id of 1 to 64 printable characters without blanks at its ends, found nothing",
        ),
        (
            "1;2\u{7}5;960728;credit;;1.00;1.00;;;",
            "2:3: expected an id of 1 to 64 printable characters without blanks at its ends, found `2\\u{7}5`",
        ),
        ("1;25;960728;cre", "2:16: expected 10 fields, found the end of the line after 4"),
        ("1;25;960728;credit;;1.00;1.00;;;;", "2:34: expected 10 fields, found a line of 11"),
        (
            "1;25;960728;credit;\"in;1.00;1.00;;;",
            "2:20: expected a quote that is closed in its line, found the end of the line",
        ),
        ("1;\"2;5\";960728;credit;\"a\"\"b\";1,00;1.00;;;", "2:30: expected an amount such as 1234.50, found `1,00`"),
        ("1;čtyři;960728;credit;;1,00;1.00;;;", "2:24: expected an amount such as 1234.50, found `1,00`"),
    ] {
        assert_eq!(wrong(line.as_bytes()), format!("f.csv:{told}"), "{line}");
    }
}

#[test]
fn a_text_that_is_too_long_is_told_with_line_and_column() {
    let long = "é".repeat(201);
    for (field, place) in [("operation", 20), ("k_symbol", 35), ("bank", 36), ("account", 37)] {
        let fields = HEADER.split(';').zip(LINE.split(';'));
        let with = |text: &str| {
            let fields = fields.clone().map(|(name, value)| match name {
                name if name == field => text.to_owned(),
                "operation" => String::new(),
                _ => value.to_owned(),
            });
            fields.collect::<Vec<_>>().join(";")
        };
        let told = wrong(with(&long).as_bytes());
        let shown = "é".repeat(40);
        assert_eq!(told, format!("f.csv:2:{place}: expected text of at most 200 characters, found `{shown}…`"));
        lines(&format!("{HEADER}\n{}\n", with(&"é".repeat(200))));
    }
}

#[test]
fn a_byte_that_is_no_text_is_told() {
    let told = "f.csv:2:20: expected text in UTF-8, found the byte 0xff";
    assert_eq!(wrong(b"1;25;960728;credit;a\xffb;1.00;1.00;;;\n"), told);
    let error = parse("f.csv", b"\x89PNG\r\n\x1a\n\0\0\0").expect_err("no text").to_string();
    assert_eq!(error, "f.csv:1:1: expected text in UTF-8, found the byte 0x89");
}

#[test]
fn the_place_is_right_after_blank_lines_and_with_other_line_ends() {
    assert_eq!(
        wrong(format!("{LINE}\n\n\nx\n").as_bytes()),
        "f.csv:5:2: expected 10 fields, found the end of the line after 1"
    );
    let text = format!("\u{feff}{HEADER}\r\n{LINE}\r\n\r\n2;25;960728;gift;;1.00;1.00;;;\r\n");
    let error = parse("f.csv", text.as_bytes()).expect_err("a gift").to_string();
    assert!(error.starts_with("f.csv:4:13: "), "{error}");
}

#[test]
fn an_id_that_two_lines_have_is_told_at_the_second() {
    assert_eq!(
        wrong(format!("{LINE}\n{LINE}\n").as_bytes()),
        "f.csv:3:1: expected a `trans_id` of its own, found `1` again, which line 2 has"
    );
}

#[test]
fn a_header_is_told_what_it_lacks() {
    let told = |header: &str| parse("f.csv", header.as_bytes()).expect_err("a mistake").to_string();
    for column in COLUMNS {
        let without: Vec<&str> = HEADER.split(';').filter(|name| *name != column).collect();
        let without = without.join(";");
        let place = without.len() + 1;
        let expected = format!("f.csv:1:{place}: expected a column `{column}`, found the end of the header");
        assert_eq!(told(&without), expected);
    }
    assert_eq!(told(&format!("{HEADER};amount")), "f.csv:1:78: expected each column once, found `amount`");
    assert_eq!(told(&format!("\u{feff}{HEADER};amount")), "f.csv:1:78: expected each column once, found `amount`");
    let header = COLUMNS.join(";");
    assert_eq!(told(""), format!("f.csv:1:1: expected {header}, found an empty file"));
    assert_eq!(
        told("{\"lines\": []}\n"),
        format!("f.csv:1:1: expected a header with the columns {header}, found `{{\"lines\": []}}`")
    );
    let commas = HEADER.replace(';', ",");
    assert!(
        told(&commas)
            .starts_with(&format!("f.csv:1:1: expected a header with the columns {header}, found `trans_id,acc"))
    );
}

#[test]
fn all_mistakes_are_told_and_beyond_twenty_their_number() {
    let body: String = (0..30).map(|id| format!("{id};25;961301;gift;;1.00;1.00;;;\n")).collect();
    let told = wrong(body.as_bytes());
    assert_eq!(told.lines().count(), 21);
    assert!(told.ends_with("\nand 40 more"), "{told}");
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let told = read(Path::new("/nowhere/f.csv")).expect_err("no file").to_string();
    assert!(told.starts_with("cannot read /nowhere/f.csv: No such file"), "{told}");
    assert_eq!(read(Path::new("/")).expect_err("no file").to_string(), "cannot read /: it is a directory");
}
