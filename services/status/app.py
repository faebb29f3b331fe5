"""Puts the status service together."""

from services.status.handlers import Handlers, table
from services.status.release import Release
from services.status.rescue import Rescue
from services.status.retention import LeftViews, Retention
from services.status.settings import StatusSettings
from shared.accounts.counters import Counters
from shared.accounts.settings import LimitSettings
from shared.accounts.store import Accounts
from shared.contract.topology import STATUS
from shared.host import Duty, Platform, Service
from shared.jobs.chunks import Chunks
from shared.jobs.ending import Ending
from shared.jobs.forgetting import Forgetting
from shared.jobs.ledger import Ledger
from shared.jobs.outcomes import Outcomes
from shared.jobs.quota import Quota
from shared.jobs.store import Jobs
from shared.jobs.views import Views
from shared.platform.files import Files


def build(platform: Platform, settings: StatusSettings | None = None, limits: LimitSettings | None = None) -> Service:
    """The status service on this platform."""
    settings, limits = settings or StatusSettings(), limits or LimitSettings()
    mongo, clock, outbox = platform.mongo, platform.clock, platform.outbox
    jobs, ledger, chunks, views = Jobs(mongo, clock), Ledger(mongo, clock), Chunks(mongo), Views(mongo)
    files = Files(mongo, clock)
    forgetting = Forgetting(jobs, ledger, chunks, Outcomes(mongo), views, files)
    quota, accounts = Quota(mongo), Accounts(mongo, Counters(mongo), clock)
    release = Release(jobs, quota, accounts, Ending(jobs, ledger, quota, clock), outbox, clock, limits)
    handlers = Handlers(views, jobs, ledger, release, forgetting, clock)
    rescue = Rescue(jobs, ledger, outbox, clock, settings.rescue_after_seconds)
    retention = Retention(jobs, forgetting, files, LeftViews(views, jobs), clock)
    return Service(
        name="status",
        stores=(jobs, ledger, files),
        queue=STATUS,
        handlers=table(handlers),
        prefetch=settings.prefetch,
        duties=(
            Duty("status.release", settings.release_sweep_seconds, release.sweep),
            Duty("status.rescue", settings.rescue_sweep_seconds, rescue.sweep),
            Duty("status.catch_up", settings.catch_up_seconds, handlers.catch_up),
            Duty("status.retention", settings.retention_sweep_seconds, retention.sweep),
        ),
    )
