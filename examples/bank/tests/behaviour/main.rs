//! What the bank does, as its users see it: through the library, and through the command line.

mod bad_input;
mod figures;
mod lists;
mod logs;
mod rules;
mod support;
mod two_processes;
mod verdicts;
