"""What a home page names: WordPress, channels, languages, the pages that should be lists."""

from crawler.reading.homes import Home, read_home

URL = "https://www.agency.example/en/"


def home(body: str, url: str = URL) -> Home:
    return read_home(body.encode(), url, "text/html; charset=utf-8")


def test_the_sites_name_and_language() -> None:
    named = "<meta property='og:site_name' content=' The\nAgency '>"
    page = f"<html lang='hy-AM'><head><title>News - Agency</title>{named}"
    assert (home(page).name, home(page).language) == ("The Agency", "hy")
    assert home("<title>Agency</title>").name == "Agency"
    assert home("").name == "www.agency.example"
    assert home("<html lang='x'>").language is None


def test_a_claim_of_another_script_is_passed_over() -> None:
    armenian = "<p>Նախարարությունը հայտարարում է, որ միջանցքը փակ է։</p>"
    assert home(f"<html lang='en'>{armenian}").language == "hy"
    assert home("<html lang='uk'><p>Міністерство заявляє про це.</p>").language == "uk"
    assert home("<html lang='en'><p>Министерство заявляет об этом.</p>").language == "ru"
    assert home("<html lang='fa'><p>وزارت امور خارجه اعلام کرد</p>").language == "fa"
    assert home("<html lang='az'><p>Nazirlik bildirir, 12.12.2022</p>").language == "az"


def test_a_door_leads_onward() -> None:
    door = "<meta http-equiv='Refresh' content='0; URL=/en/home'>"
    assert home(door, "https://agency.example/").onward == "https://agency.example/en/home"
    assert home("<meta http-equiv='refresh' content='300'>").onward is None
    assert home(f"<meta http-equiv='refresh' content='0;url={URL}'>").onward is None


def test_wordpress_says_where_its_interface_is() -> None:
    assert (
        home("<link rel='https://api.w.org/' href='/wp-json/'>").wordpress
        == "https://www.agency.example/wp-json/"
    )
    assert (
        home("<link rel='https://api.w.org/' href='javascript:1'><link rel='x' href='/y'>").wordpress is None
    )


def test_channels_by_their_previews_and_nothing_that_is_none() -> None:
    links = (
        *("https://t.me/agency_en", "http://telegram.me/s/agency_ru/", "https://t.me/agency_en?before=7"),
        *(
            "https://t.me/share/url?url=x",
            "https://t.me/joinchat/AAAA",
            "https://t.me/+AbCdEf",
            "https://t.me/agency_en/71",
        ),
        "https://not.me/agency",
    )
    assert home("".join(f"<a href='{link}'>x</a>" for link in links)).telegram == (
        "https://t.me/s/agency_en",
        "http://telegram.me/s/agency_ru",
    )


def test_languages_as_declared_and_as_switches_say() -> None:
    page = """<link rel="alternate" hreflang="ru-RU" href="/ru/">
    <link rel="alternate" hreflang="x-default" href="/">
    <a href="/en/">EN</a><a href="/hy/">Հայերեն</a><a href="/az/"> Aze </a>
    <a href="https://other.example/tr/">Türkçe</a>
    <a href="/ka" title="ქართული"><img src="ge.png"></a><a href="/ru/other">Рус</a>
    <a href="/news/english">Learn English</a>"""
    assert home(page).versions == (
        ("ru", "https://www.agency.example/ru/"),
        ("hy", "https://www.agency.example/hy/"),
        ("az", "https://www.agency.example/az/"),
        ("ka", "https://www.agency.example/ka"),
    )


def test_sections_by_their_words_and_addresses() -> None:
    page = """<a href="/en/about">About</a><a href="/en/press-releases">All</a><a href="/ru/1">Новости</a>
    <a href="/en/news/2022/12/13/a-long-slug-of-an-article-about-the-road">News of the road</a>
    <a href="/en/news">News</a>
    <a href="/en/news/48213">Press</a><a href="/f/press.pdf">Press</a>
    <a href="https://other.example/news">News</a>
    <a href="/hy/x">Հայտարարություններ</a><a href="/az/y">Xəbərlər</a>
    <a href="mailto:press@agency.example">Press</a>"""
    assert home(page).sections == (
        "https://www.agency.example/en/news",
        "https://www.agency.example/ru/1",
        "https://www.agency.example/hy/x",
        "https://www.agency.example/az/y",
        "https://www.agency.example/en/press-releases",
    )


def test_nonsense_is_survived_and_a_page_of_links_capped() -> None:
    assert (
        home("<a href='http://[x'>News</a><link rel='alternate' hreflang='ru' href='http://[/'>").sections
        == ()
    )
    many = home(
        "".join(f"<a href='/news/x{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}'>News</a>" for n in range(600))
    )
    assert len(many.sections) == 8
