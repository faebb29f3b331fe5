"""The four floors that every service stands on. Imports go downwards only: jobs and contacts, delivery, platform, contract."""
