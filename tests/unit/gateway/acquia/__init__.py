"""Pure parts of Acquia's bulk jobs and Mautic's API."""
