//! What is wrong with a file, and where.

use std::fmt;

/// How many mistakes are told one by one.
const TOLD: usize = 20;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line in the file, from 1.
    pub line: usize,
    /// The character in the line where the field begins, from 1.
    pub column: usize,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Mistake {
    pub(super) fn new(line: usize, column: usize, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { line, column, expected: expected.into(), found: found.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: expected {}, found {}", self.line, self.column, self.expected, self.found)
    }
}

/// Why a statement cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementError {
    /// The file cannot be read.
    Unreadable {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// It is not a statement, or not a whole one.
    Wrong {
        /// Which.
        file: String,
        /// The first mistakes.
        mistakes: Vec<Mistake>,
        /// How many more there are.
        more: usize,
    },
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, reason } => write!(f, "cannot read {file}: {reason}"),
            Self::Wrong { file, mistakes, more } => {
                for (index, mistake) in mistakes.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "\n" };
                    write!(f, "{separator}{file}:{mistake}")?;
                }
                if *more > 0 { write!(f, "\nand {more} more") } else { Ok(()) }
            }
        }
    }
}

impl std::error::Error for StatementError {}

/// Collects what is wrong with one file.
pub(super) struct Mistakes {
    file: String,
    first: Vec<Mistake>,
    more: usize,
}

impl Mistakes {
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), first: Vec::new(), more: 0 }
    }

    pub(super) fn add(&mut self, mistake: Mistake) {
        if self.first.len() < TOLD {
            self.first.push(mistake);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    pub(super) fn only(&self, mistake: Mistake) -> StatementError {
        StatementError::Wrong { file: self.file.clone(), mistakes: vec![mistake], more: 0 }
    }

    pub(super) fn into_error(self) -> StatementError {
        StatementError::Wrong { file: self.file, mistakes: self.first, more: self.more }
    }
}
