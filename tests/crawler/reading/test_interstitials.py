"""Pages in place of the content, in our own writing after what protections and sites really send."""

import gzip

import pytest

from crawler.reading.interstitials import recognise
from tests.corpora import corpus

URL = "https://agency.example/news/2022/12/13/road"
TEXT = "Observers at the bridge counted forty lorries on Tuesday, the ministry said in a statement. " * 30
MENU = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(60))


def page(title: str, body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


CHALLENGES = {
    "cloudflare": page(
        "Just a moment...",
        "<noscript>Enable JavaScript and cookies to continue</noscript>"
        "<script>window._cf_chl_opt={cvId:'3',cZone:'agency.example'};</script>",
    ),
    "cloudflare, translated": page(
        "Один момент…", "<script>(function(){window._cf_chl_opt={cType:'managed'};}());</script>"
    ),
    "cloudflare block": page(
        "Attention Required! | Cloudflare",
        "<div id='cf-wrapper'><div id='cf-error-details'><h1>Sorry, you have been blocked</h1></div></div>",
    ),
    "ddos-guard": page(
        "DDoS-Guard",
        "<h1>Checking your browser before accessing agency.example</h1>"
        "<script src='/.well-known/ddos-guard/js-challenge/index.js'></script>",
    ),
    "f5 cookie stub": "<html><head><meta http-equiv='Pragma' content='no-cache'/>"
    + "<script>(function(){window['bobcmn']='1011111010';window['failureConfig']='524f';"
    + "var a='"
    + "0123456789abcdef" * 3000
    + "';})();</script></head><body></body></html>",
    "f5 block": page(
        "Request Rejected",
        "The requested URL was rejected. Please consult with your administrator."
        "<br>Your support ID is: 1234567890",
    ),
    "incapsula": "<html><head><META NAME='robots' CONTENT='noindex,nofollow'>"
    "<script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3'></script></head>"
    "<body></body></html>",
    "akamai block": "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY><H1>Access Denied</H1>"
    "You don't have permission to access this on this server.<P>\nReference #18.2d351ab8.1557333295\n"
    "</BODY></HTML>",
    "akamai challenge": page("", "<div id='sec-if-cpt-container' class='behavioral-content'></div>"),
    "aws waf": page(
        "", "<script>window.gokuProps={key:'AQID'};</script><div id='challenge-container'></div>"
    ),
    "sucuri": "<html><title>You are being redirected...</title><script>var s={},u,c,"
    "S='cz0';sucuri_cloudproxy_js='';eval(s);</script></html>",
    "anubis": page(
        "Making sure you&#39;re not a bot!",
        "<script id='anubis_challenge' type='application/json'>{}</script>",
    ),
    "cookie script": "<html><script>document.cookie='chk=8f2';location.reload();</script></html>",
    "checking": page(
        "Checking your browser before accessing agency.example", "<p>Please wait 5 seconds.</p>"
    ),
}
CAPTCHAS = {
    "datadome": page("agency.example", "<script>var dd={'host':'geo.captcha-delivery.com'}</script>"),
    "perimeterx": page("Access to this page has been denied", '<div id="px-captcha"></div>'),
    "yandex": page("Ой!", "<form action='/checkcaptcha'><div class='smart-captcha'></div></form>"),
    "recaptcha": page("agency.example", "<form><div class='g-recaptcha'></div><button>Send</button></form>"),
}
CONSENTS = {
    "google": page(
        "Before you continue to Google News", "<form action='https://consent.google.com/save'></form>"
    ),
    "yahoo": page(
        "Your privacy choices",
        "<form class='consent-form' action='/v2/collectConsent'>We and our partners.</form>",
    ),
    "dpg": page("DPG Media Privacy Gate", "<div id='privacy-gate'></div>"),
}
LOGINS = {
    "wordpress": page(
        "Log In &lsaquo; Agency &#8212; WordPress", "<form><input name=pwd type='password'></form>"
    ),
    "russian": page("Вход | Агентство", "<form><input type='password'></form>"),
    "azerbaijani": page("Giriş", "<form><input type='password'></form>"),
}
MISSING = {
    "english": page("Page not found - Agency", f"<ul>{MENU}</ul><h1>Page not found</h1>"),
    "number": page("404", "<h1>Oops</h1>"),
    "russian": page("Страница не найдена | Министерство иностранных дел", f"<ul>{MENU}</ul>"),
    "azerbaijani": page("Səhifə tapılmadı", f"<ul>{MENU}</ul>"),
    "turkish": page("Sayfa Bulunamadı - Ajans", f"<ul>{MENU}</ul>"),
    "armenian": page("Էջը չի գտնվել", f"<ul>{MENU}</ul>"),
    "georgian": page("გვერდი ვერ მოიძებნა", f"<ul>{MENU}</ul>"),
    "persian": page("صفحه یافت نشد", f"<ul>{MENU}</ul>"),
}
PARKED = {
    "sedo": page("agency.example", "<script src='https://img.sedoparking.com/templates/x.js'></script>"),
    "for sale": page("The domain name agency.example is for sale", "<p>Make an offer</p>"),
    "expired": page("Срок регистрации домена истек", "<p>agency.example</p>"),
    "godaddy": page(
        "agency.example", "<script src='https://img1.wsimg.com/parking-lander/main.js'></script>"
    ),
    "reg.ru": page("agency.example", "<link href='https://parking.reg.ru/style.css'><p>Домен занят</p>"),
}
BARRED = {
    "rkn": page(
        "Доступ к информационному ресурсу ограничен",
        "<p>на основании Федерального закона № 149-ФЗ. Проверить: https://eais.rkn.gov.ru/</p>",
    ),
    "btk": page("Erişim engellendi", "<p>5651 sayılı kanun, www.btk.gov.tr</p>"),
    "iran": "<html><head><title>M1-7</title></head><body>"
    '<iframe src="http://10.10.34.34?type=Invalid Site&policy=MainPolicy"></iframe></body></html>',
    "court": page("Unavailable For Legal Reasons", "<p>Blocked by order of a court.</p>"),
}
REGION = {
    "region": page("This content is not available in your region", "<p>Sorry.</p>"),
    "страна": page("Недоступно в вашей стране", "<p>Материал недоступен.</p>"),
}
TOO_MANY = {
    "nginx": page("429 Too Many Requests", "<center>nginx</center>"),
    "cloudflare 1015": page(
        "Access denied | agency.example used Cloudflare to restrict access",
        "<div id='cf-wrapper'><div id='cf-error-details'>Error 1015: You are being rate limited</div></div>",
    ),
}
DOWN = {
    "wordpress": "<html><body><h1>Error establishing a database connection</h1></body></html>",
    "suspended": page("Account Suspended", "<p>Contact your hosting provider.</p>"),
    "maintenance": page("Site Maintenance", "<h1>We&rsquo;ll be back soon!</h1>"),
    "russian": page("Технические работы", "<p>Сайт скоро откроется.</p>"),
    "gateway": page("502 Bad Gateway", "<center>nginx</center>"),
}
DEFAULT = {
    "nginx": page("Welcome to nginx!", "<h1>Welcome to nginx!</h1>"),
    "directory": page("Index of /", "<h1>Index of /</h1><pre><a href='cgi-bin/'>cgi-bin/</a></pre>"),
}
SCRIPTS = {
    "react": page(
        "Agency", "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"
    ),
    "vue": page(
        "agency",
        "<noscript><strong>We're sorry but agency doesn't work properly without JavaScript enabled. "
        "Please enable it to continue.</strong></noscript><div id=app></div>",
    ),
}
KINDS = {
    "challenge": CHALLENGES,
    "captcha": CAPTCHAS,
    "consent": CONSENTS,
    "login": LOGINS,
    "soft 404": MISSING,
    "parked domain": PARKED,
    "site down": DOWN,
    "default page": DEFAULT,
    "script needed": SCRIPTS,
    "barred by an authority": BARRED,
    "not for this country": REGION,
    "too many requests": TOO_MANY,
}
CASES = [(kind, name, body) for kind, pages in KINDS.items() for name, body in pages.items()]


@pytest.mark.parametrize(("kind", "name", "body"), CASES, ids=[f"{kind}: {name}" for kind, name, _ in CASES])
def test_a_notice_is_told_by_its_kind(kind: str, name: str, body: str) -> None:
    found = recognise(body.encode(), status=200, url=URL, content_type="text/html; charset=utf-8")
    assert found is not None
    assert found.kind in (kind, "challenge" if name == "perimeterx" else kind)
    assert URL in str(found)


def test_a_notice_in_an_old_charset_is_read() -> None:
    body = page("Страница не найдена", "", "<meta charset=windows-1251>").encode("cp1251")
    found = recognise(body, status=200, url=URL, content_type=None)
    assert found is not None
    assert found.kind == "soft 404"


ARTICLES = {
    "about captchas": page(
        "Captcha at thirty: who is the robot?", f"<h1>Captcha</h1><p>g-recaptcha {TEXT}</p>"
    ),
    "about a block": page("Access denied: journalists turned back at the bridge", f"<p>{TEXT[:900]}</p>"),
    "about a block, dash": page(
        "Access denied - journalists turned back at the bridge again", "<p>Short report.</p>"
    ),
    "a moment in history": page("Just a moment that changed football", "<p>It lasted a second.</p>"),
    "about maintenance": page(
        "Maintenance of the Lachin road begins on Monday - Agency", "<p>Crews start at eight.</p>"
    ),
    "with a login box": page(
        "Road opens - Agency", f"<form><input type='password'>Log in</form><p>{TEXT}</p><ul>{MENU}</ul>"
    ),
    "with a comment captcha": page(
        "Road opens",
        f"<p>{TEXT}</p><form><div class='h-captcha'></div><div class='cf-turnstile'></div></form>",
    ),
    "behind incapsula": page("Road opens", f"<script src='/_Incapsula_Resource?x'></script><p>{TEXT}</p>"),
    "behind cloudflare": page(
        "Road opens",
        f"<p>{TEXT[:300]}</p><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
    ),
    "of an hour, marked": page(
        "Maintenance", "<p>Two lines.</p>", "<meta property='og:type' content='article'>"
    ),
    "about error 404": page("Error 404: how sites hide what they deleted", "<p>Short column.</p>"),
    "titled in part": page("Not found in translation - Agency", "<p>A review.</p>"),
    "a photo page": page("Photos of the day", "<img src=1.jpg><script>document.cookie='seen=1'</script>"),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_no_notice(name: str) -> None:
    body = ARTICLES[name].encode()
    assert recognise(body, status=200, url=URL, content_type="text/html; charset=utf-8") is None


@pytest.mark.parametrize(
    ("final", "kind"),
    [
        ("https://agency.example/wp-login.php?redirect_to=%2Fnews", "login"),
        ("https://id.agency.example/signin?back=1", "login"),
        ("https://consent.agency.example/v2?session=1", "consent"),
        ("https://agency.example/showcaptcha?cc=1", "captcha"),
        ("https://agency.example/404", "soft 404"),
        ("https://agency.example/", "soft 404"),
        ("https://agency.example/en/", "soft 404"),
        ("https://agency.example/index.php", "soft 404"),
    ],
)
def test_a_redirect_away_from_the_article_is_told(final: str, kind: str) -> None:
    body = page("Agency", f"<p>{TEXT}</p>").encode()
    found = recognise(body, status=200, url=URL, content_type="text/html", final_url=final)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("url", "final"),
    [
        (URL, URL + "/"),
        (URL, "https://www.agency.example/en/news/2022/12/13/road"),
        ("https://agency.example/?p=77", URL),
        ("https://agency.example/?p=77", "https://agency.example/?p=78"),
        ("https://agency.example/", "https://agency.example/en/"),
        ("https://agency.example/news/login-failures", "https://agency.example/news/login-failures-of-2022"),
        ("https://agency.example/auth/a1", "https://agency.example/auth/a1.html"),
        (URL, "http://["),
    ],
)
def test_a_redirect_to_the_article_is_fine(url: str, final: str) -> None:
    body = page("Road opens", f"<p>{TEXT}</p>").encode()
    assert recognise(body, status=200, url=url, content_type="text/html", final_url=final) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n",
        b'{"version":"https://jsonfeed.org/version/1.1","title":"404"}',
        b"<?xml version='1.0'?><rss><channel><title>404</title></channel></rss>",
        b"\xef\xbb\xbf<feed><title>Page not found</title></feed>",
        b"\x89PNG\r\n\x1a\n",
        b"<title" * 100_000,
        b"<script " * 50_000,
    ],
)
def test_what_is_no_page_is_no_notice(body: bytes) -> None:
    assert recognise(body, status=200, url=URL, content_type=None) is None


def test_no_page_of_the_benchmark_is_taken_for_a_notice() -> None:
    pages = sorted((corpus("article-extraction-benchmark") / "html").glob("*.html.gz"))
    assert len(pages) == 181
    for path in pages:
        assert (
            recognise(gzip.decompress(path.read_bytes()), status=200, url=URL, content_type="text/html")
            is None
        )
