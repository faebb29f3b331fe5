"""Programs that others wrote for Mautic, taken as they are from where everybody gets them: only address and credentials change."""
