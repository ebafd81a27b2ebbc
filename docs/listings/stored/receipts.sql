SELECT command, aggregate_id, outcome, version, events
FROM jangle_receipts ORDER BY version;
