"""The jobs, one a file: passes over stories, their schedule, assessment, reports, the digest, imports and exports."""
