SELECT handler, position, attempts, error FROM jangle_exceptions WHERE state = 'dead';
