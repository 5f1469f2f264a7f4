"""What can be guessed of a site by its domain and what it calls itself."""

import pytest

from news.source import Kind
from review.guesses import kind


@pytest.mark.parametrize(
    ("host", "name", "expected"),
    [
        ("mfa.gov.az", "Home", Kind.MINISTRY),
        ("bridges.example", "Ministry of Bridges", Kind.MINISTRY),
        ("most.example", "Министерство мостов", Kind.MINISTRY),
        ("www.osce.org", "OSCE", Kind.IGO),
        ("kopru.example", "Köprü Ajansı", Kind.AGENCY),
        ("wire.example", "Northern News Agency", Kind.AGENCY),
        ("tv.example", "Crossroads TV", Kind.BROADCASTER),
        ("page.example", "The Evening Page", Kind.NEWSPAPER),
        ("page.example", "Administrywide", Kind.NEWSPAPER),
    ],
)
def test_a_kind_by_domain_and_name(host: str, name: str, expected: Kind) -> None:
    assert kind(host, name) is expected
