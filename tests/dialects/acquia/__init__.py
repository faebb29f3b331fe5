"""Acquia's bulk jobs and Mautic's contact API: what a client of the vendor's meets at this gateway."""
