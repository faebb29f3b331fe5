"""Puts the lists service together."""

from services.lists.clean_up import CleanUp
from services.lists.definitions import Definitions
from services.lists.handlers import ListsWork, give_up_table, table
from services.lists.planning import Planning
from services.lists.settings import ListsSettings
from shared.accounts.counters import Counters
from shared.accounts.settings import LimitSettings
from shared.accounts.store import Accounts
from shared.contacts.erasures import Erasures
from shared.contacts.registry import CustomFields
from shared.contacts.store import Contacts
from shared.contract.topology import LISTS
from shared.host import Duty, Platform, Service
from shared.jobs.chunks import Chunks
from shared.jobs.closing import Closing
from shared.jobs.ending import Ending
from shared.jobs.lanes import Limits
from shared.jobs.ledger import Ledger
from shared.jobs.outcomes import Outcomes
from shared.jobs.quota import Quota
from shared.jobs.stages import Stages
from shared.jobs.store import Jobs
from shared.lists.store import lists, tags
from shared.platform.files import Files


def build(platform: Platform, settings: ListsSettings | None = None, rows: LimitSettings | None = None) -> Service:
    """The lists service on this platform."""
    settings = settings or ListsSettings()
    mongo, clock = platform.mongo, platform.clock
    counters, jobs, ledger, files = Counters(mongo), Jobs(mongo, clock), Ledger(mongo, clock), Files(mongo, clock)
    contacts, fields = Contacts(mongo, counters), CustomFields(mongo, counters, clock)
    own_lists, own_tags = lists(mongo, counters, clock), tags(mongo, counters, clock)
    chunks, outcomes, erasures = Chunks(mongo), Outcomes(mongo), Erasures(mongo)
    clean_up = CleanUp(erasures, jobs, outcomes, chunks, files, contacts, clock)
    accounts = Accounts(mongo, counters, clock)
    planning = Planning(files, contacts, own_lists, own_tags, accounts, (rows or LimitSettings()).rows_per_job)
    definitions = Definitions(own_lists, own_tags, fields, erasures)
    work = ListsWork(accounts, contacts, fields, own_lists, planning, definitions, erasures, clean_up, clock)
    limits = Limits(chunk_rows=settings.chunk_rows, single_lane_rows=settings.single_lane_rows, lanes=settings.lanes)
    closing = Closing(work, jobs, ledger, Ending(jobs, ledger, Quota(mongo), clock), platform.outbox, clock)
    stages = Stages(work, jobs, ledger, chunks, outcomes, closing, platform.outbox, clock, limits)
    return Service(
        name="lists",
        stores=(jobs, ledger, outcomes, files, contacts, fields, own_lists, own_tags, erasures),
        queue=LISTS,
        handlers=table(stages),
        give_up=give_up_table(stages),
        prefetch=settings.prefetch,
        duties=(Duty("erasures.sweep", settings.clean_up_sweep_seconds, clean_up.sweep),),
    )
