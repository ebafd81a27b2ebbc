//! Crates that are linked, and what a program says about older ones.

// ANCHOR: link
jangle::link!(billing, shipping);
// ANCHOR_END: link
