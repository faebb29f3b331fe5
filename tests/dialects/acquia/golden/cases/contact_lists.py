"""Contacts by the page, found and sorted."""

from tests.dialects.golden.case import case

ALL = "GET /api/contacts"

CASES = (
    case("contact_lists/all", ALL, 200),
    case("contact_lists/a_part", f"{ALL}?start=1&limit=2&orderBy=firstname&orderByDir=DESC", 200),
    case("contact_lists/by_email", f"{ALL}?search=email:ana@example.org", 200),
    case("contact_lists/by_text", f"{ALL}?search=ash&publishedOnly=true", 200),
    case("contact_lists/by_segment", f"{ALL}?search=segment:news", 200),
    case("contact_lists/by_tag", f"{ALL}?search=tag:gold", 200),
    case("contact_lists/by_a_condition", f"{ALL}?where[0][col]=email&where[0][val]=bo@example.org&where[0][expr]=eq", 200),
    case("contact_lists/in_an_order", f"{ALL}?order[0][col]=email&order[0][dir]=desc&minimal=1", 200),
    case("contact_lists/minimal", f"{ALL}?minimal=True&limit=1", 200),
    case("contact_lists/some_columns", f"{ALL}?select[]=firstname&select[]=plan&limit=1", 200),
    case("contact_lists/nobody", f"{ALL}?search=email:nobody@example.org", 200),
    case("contact_lists/behind_the_last", f"{ALL}?start=60", 200),
    case("contact_lists/a_start_that_is_none", f"{ALL}?start=first", 400),
    case("contact_lists/by_a_column_that_is_none", f"{ALL}?orderBy=colour", 400),
    case("contact_lists/a_search_that_is_none", f"{ALL}?search=colour:red", 400),
    case("contact_lists/a_condition_that_is_none", f"{ALL}?where[0][col]=email&where[0][expr]=about&where[0][val]=ana", 400),
)
