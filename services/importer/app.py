"""Puts the importer together."""

from services.importer.handlers import ImportWork, give_up_table, table
from services.importer.settings import ImporterSettings
from shared.accounts.counters import Counters
from shared.accounts.settings import LimitSettings
from shared.accounts.store import Accounts
from shared.contacts.registry import CustomFields
from shared.contacts.store import Contacts
from shared.contract.topology import IMPORTER
from shared.host import Platform, Service
from shared.jobs.chunks import Chunks
from shared.jobs.closing import Closing
from shared.jobs.ending import Ending
from shared.jobs.lanes import Limits
from shared.jobs.ledger import Ledger
from shared.jobs.outcomes import Outcomes
from shared.jobs.quota import Quota
from shared.jobs.reservations import Reservations
from shared.jobs.stages import Stages
from shared.jobs.store import Jobs
from shared.lists.store import lists, tags
from shared.platform.files import Files


def build(platform: Platform, settings: ImporterSettings | None = None, defaults: LimitSettings | None = None) -> Service:
    """The importer on this platform."""
    settings, defaults = settings or ImporterSettings(), defaults or LimitSettings()
    mongo, clock = platform.mongo, platform.clock
    counters, jobs, ledger, files = Counters(mongo), Jobs(mongo, clock), Ledger(mongo, clock), Files(mongo, clock)
    contacts, fields = Contacts(mongo, counters), CustomFields(mongo, counters, clock)
    named = (lists(mongo, counters, clock), tags(mongo, counters, clock))
    quota = Quota(mongo)
    reservations = Reservations(jobs, ledger, quota, contacts)
    work = ImportWork(files, Accounts(mongo, counters, clock), contacts, fields, *named, clock, reservations, defaults)
    limits = Limits(chunk_rows=settings.chunk_rows, single_lane_rows=settings.single_lane_rows, lanes=settings.lanes)
    ending = Ending(jobs, ledger, quota, clock)
    outcomes = Outcomes(mongo)
    closing = Closing(work, jobs, ledger, ending, platform.outbox, clock)
    stages = Stages(work, jobs, ledger, Chunks(mongo), outcomes, closing, platform.outbox, clock, limits)
    return Service(
        name="importer",
        stores=(jobs, ledger, outcomes, files, contacts, fields, *named),
        queue=IMPORTER,
        handlers=table(stages),
        give_up=give_up_table(stages),
        prefetch=settings.prefetch,
    )
