//! The store of a program's own, held to what stores promise.

use jangle::MemoryStore;

jangle::testing::store_conformance!(mod memory, || async { MemoryStore::new() });
