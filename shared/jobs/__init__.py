"""Floor 4: how a job runs. Lifecycle, lanes, ledger, quota, views, and the stages plan, work and close as message handlers."""
