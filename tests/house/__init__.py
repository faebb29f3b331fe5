"""Rules of the house that no linter knows, each a few lines over the syntax tree or the text of the project's files."""
