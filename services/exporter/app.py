"""Puts the exporter together."""

from services.exporter.handlers import ExportWork, give_up_table, table
from services.exporter.settings import ExporterSettings
from shared.accounts.counters import Counters
from shared.accounts.store import Accounts
from shared.contacts.registry import CustomFields
from shared.contacts.store import Contacts
from shared.contract.topology import EXPORTER
from shared.host import Platform, Service
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


def build(platform: Platform, settings: ExporterSettings | None = None) -> Service:
    """The exporter on this platform."""
    settings = settings or ExporterSettings()
    mongo, clock = platform.mongo, platform.clock
    counters, jobs, ledger, files = Counters(mongo), Jobs(mongo, clock), Ledger(mongo, clock), Files(mongo, clock)
    contacts, fields = Contacts(mongo, counters), CustomFields(mongo, counters, clock)
    named = (lists(mongo, counters, clock), tags(mongo, counters, clock))
    work = ExportWork(files, Accounts(mongo, counters, clock), contacts, fields, *named, ledger)
    limits = Limits(chunk_rows=settings.chunk_rows, single_lane_rows=settings.single_lane_rows, lanes=settings.lanes)
    closing = Closing(work, jobs, ledger, Ending(jobs, ledger, Quota(mongo), clock), platform.outbox, clock)
    outcomes = Outcomes(mongo)
    stages = Stages(work, jobs, ledger, Chunks(mongo), outcomes, closing, platform.outbox, clock, limits)
    return Service(
        name="exporter",
        stores=(jobs, ledger, outcomes, files, contacts, fields, *named),
        queue=EXPORTER,
        handlers=table(stages),
        give_up=give_up_table(stages),
        prefetch=settings.prefetch,
        settling=(files.settle,),
    )
