"""v2: how an import is doing, in each of the vendor's words, its figures and its faults."""

from tests.dialects.dotdigital.golden.cases.imports import BOOK, COLLECTED, COLLECTION, FILE, PATH
from tests.dialects.golden.case import NOBODY, Ask, case

STATUS = f"{PATH}/{{job}}"
IMPORTED = Ask(f"POST {BOOK}", form=FILE)
COLLECTION_IMPORTED = Ask(f"POST {COLLECTION}", json=COLLECTED)
WAITING = Ask("POST /v1/imports?run_at={tomorrow}", raw="email\nana@example.org\n", headers={"Content-Type": "text/csv"})
CANCELLED = Ask("POST /v1/jobs/{job}/cancel")
DAMAGED = Ask(f"POST {PATH}", form={"file": ("people.xlsx", "no workbook")})
BOUGHT = Ask(
    f"POST {PATH}",
    form={"file": ("bought.csv", "Email\n" + "no address\n" * 61 + "".join(f"{n}@example.org\n" for n in range(60)))},
)
MORE = Ask(f"POST {PATH}", form={"file": ("more.csv", "Email\neve@example.org\nfay@example.org\n")})
FULL = {"contacts": 5}

CASES = (
    case("import_results/finished", f"GET {STATUS}", 200, IMPORTED),
    case("import_results/not_finished", f"GET {STATUS}", 200, WAITING, waits=False),
    case("import_results/cancelled", f"GET {STATUS}", 200, WAITING, CANCELLED, waits=False),
    case("import_results/unreadable", f"GET {STATUS}", 200, DAMAGED),
    case("import_results/rejected_by_watchdog", f"GET {STATUS}", 200, BOUGHT),
    case("import_results/more_contacts_than_allowed", f"GET {STATUS}", 200, MORE, limits=FULL),
    case("import_results/unknown", f"GET {PATH}/{NOBODY}", 200),
    case("import_results/ill_formed", f"GET {PATH}/no-id", 200),
    case("import_results/report", f"GET {STATUS}/report", 200, IMPORTED),
    case("import_results/report_of_a_collection", f"GET {STATUS}/report", 200, COLLECTION_IMPORTED),
    case("import_results/report_of_a_rejected_one", f"GET {STATUS}/report", 200, BOUGHT),
    case("import_results/report_too_early", f"GET {STATUS}/report", 404, WAITING, waits=False),
    case("import_results/report_unknown", f"GET {PATH}/{NOBODY}/report", 404),
    case("import_results/faults", f"GET {STATUS}/report-faults", 200, IMPORTED),
    case("import_results/faults_of_a_collection", f"GET {STATUS}/report-faults", 200, COLLECTION_IMPORTED),
    case("import_results/faults_of_an_unreadable_one", f"GET {STATUS}/report-faults", 200, DAMAGED),
    case("import_results/faults_too_early", f"GET {STATUS}/report-faults", 404, WAITING, waits=False),
    case("import_results/faults_unknown", f"GET {PATH}/{NOBODY}/report-faults", 404),
)
