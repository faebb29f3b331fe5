"""Names of countries."""

import pycountry
import pytest

from services.gateway.dialects.acquia.countries import EVERYDAY, is_country


@pytest.mark.parametrize("country", [*pycountry.countries], ids=lambda country: country.alpha_2)
def test_every_country_is_known_by_its_name(country: pycountry.db.Country) -> None:
    assert is_country(country.name)
    assert is_country(getattr(country, "common_name", country.name).upper())


@pytest.mark.parametrize(
    "name", [*EVERYDAY, "United States", "United Kingdom", "South Korea", "Cote d'Ivoire", " germany ", "Türkiye", "Turkiye"]
)
def test_everyday_names_are_known_in_any_spelling(name: str) -> None:
    assert is_country(name)


@pytest.mark.parametrize("name", ["", " ", "Atlantis", "AT", "AUT", "040", "Deutschland", "Europe", "...", "Austria, Germany"])
def test_what_is_no_country_is_not_taken_for_one(name: str) -> None:
    assert not is_country(name)
