"""The scopes that the routes of this API ask for."""

from services.gateway.auth import tenant
from shared.accounts.keys import Scope

READS = tenant(Scope.CONTACTS_READ)
WRITES = tenant(Scope.CONTACTS_WRITE)
WATCHES = tenant(Scope.JOBS_READ)
SUBMITS = tenant(Scope.CONTACTS_WRITE, Scope.JOBS_WRITE)
ENDS = tenant(Scope.JOBS_WRITE)
