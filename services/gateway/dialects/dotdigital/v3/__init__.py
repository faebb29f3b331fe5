"""`/contacts/v3`: contacts by any identifier, errors as a code with a description, imports of JSON."""
