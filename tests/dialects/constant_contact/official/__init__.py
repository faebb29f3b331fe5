"""The vendor's own clients, taken as they are from where everybody gets them: nothing but the base URL is changed."""
