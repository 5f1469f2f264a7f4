"""One article, many spellings: the rule of docs/canonical-urls.md, line by line."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from news.urls import canonical_url, is_web_address


@pytest.mark.parametrize(
    ("spelling", "identity"),
    [
        ("http://www.Example.AM/news/1", "https://example.am/news/1"),
        ("https://example.am:443/news/1/", "https://example.am/news/1"),
        ("http://example.am:80", "https://example.am/"),
        ("https://example.am:8443/a", "https://example.am:8443/a"),
        ("https://user:pass@example.am./a#comments", "https://example.am/a"),
        ("https://example.am/#!/news/7", "https://example.am/#!/news/7"),
        ("https://example.am/a?utm_source=rss&id=7&fbclid=x&UTM_Medium=y", "https://example.am/a?id=7"),
        ("https://example.am/a?b=2&a=1", "https://example.am/a?a=1&b=2"),
        ("https://example.am/a?x[]=2&x[]=1&&", "https://example.am/a?x[]=2&x[]=1"),
        ("https://example.am/a?", "https://example.am/a"),
        ("https://example.am/a?q=b+c", "https://example.am/a?q=b%20c"),
        ("https://example.am/a;jsessionid=0A1B?PHPSESSID=22", "https://example.am/a"),
        ("https://example.am/a?sid=0123456789abcdef0123456789abcdef", "https://example.am/a"),
        ("https://example.am/a?sid=7", "https://example.am/a?sid=7"),
        ("https://example.am/%7eari%c3%a9/%2fx", "https://example.am/~ari%C3%A9/%2Fx"),
        ("https://example.am/новости/лачин", "https://example.am/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/"
         "%D0%BB%D0%B0%D1%87%D0%B8%D0%BD"),
        ("https://example.am/a/./b/../c d", "https://example.am/a/c%20d"),
        ("https://example.am/../../a", "https://example.am/a"),
        ("https://россия.рф/a", "https://xn--h1alffa9f.xn--p1ai/a"),
        ("  https://example.am/a\n", "https://example.am/a"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
    ],
)  # fmt: skip
def test_spellings_of_one_address(spelling: str, identity: str) -> None:
    assert canonical_url(spelling) == identity
    assert canonical_url(identity) == identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.am/a", "https://m.example.am/a"),
        ("https://example.am/a", "https://mail.example.am/a"),
        ("https://example.am/a", "https://example.am/A"),
        ("https://example.am/a?id=1", "https://example.am/a?id=2"),
        ("https://example.am/a%2Fb", "https://example.am/a/b"),
        ("https://example.am/a", "https://example.am/a/index.html"),
        ("https://www.am/a", "https://am/a"),
    ],
)
def test_addresses_that_stay_apart(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "text", ["", "news/1", "mailto:a@example.am", "https://", "http://[", "https://a:b/"]
)
def test_what_is_no_web_address_is_left_alone(text: str) -> None:
    assert canonical_url(text) == text
    assert not is_web_address(text)


ADDRESSES = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTPS://www.", "https://www.www."]),
    st.text(alphabet="abWwé.:[]@%İß-1", max_size=12),
    st.text(alphabet="/.%2fFe;sid=aы \\", max_size=20),
    st.sampled_from(["", "?", "?utm_source=1&b=%2&a=+"]),
    st.text(alphabet="#!&=%a2ы?+", max_size=12),
)


@given(ADDRESSES | st.text())
@example("https://www.www.a.am/;sid=1;sid=2//../")
@example("https://a.am/;s;sid=1id=2")
@example("HTTPS://www..2.ы")
def test_the_identity_of_an_identity_is_itself(url: str) -> None:
    identity = canonical_url(url)
    assert canonical_url(identity) == identity
