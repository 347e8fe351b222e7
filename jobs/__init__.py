"""What runs when: passes over stories, their schedule, the report and the digest."""
