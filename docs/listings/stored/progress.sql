SELECT handler, checkpoint,
       (SELECT max(position) FROM jangle_events) - checkpoint AS behind
FROM jangle_progress;
