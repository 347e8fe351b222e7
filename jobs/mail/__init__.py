"""The morning mail: who gets it, what it tells, in which words and form."""
