SELECT position, aggregate_id, version, name, payload
FROM jangle_events ORDER BY position;
