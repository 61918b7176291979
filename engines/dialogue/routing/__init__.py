"""What the offline router is made of: clauses, the classifier, arguments, and references."""
