use jangle::MemoryStore;

jangle::testing::store_conformance!(mod memory, || async { MemoryStore::new() });
