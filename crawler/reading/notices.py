"""What pages without content call themselves, in the languages of the trade: title -> kind.

Titles are compared whole (or one part of them, beside the site's name), in lower case, punctuation as
blanks: "Just a moment..." is a challenge, "Just a moment that changed football" an article.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CHALLENGE = """
just a moment
attention required
one moment please
please wait
checking your browser
checking your browser before accessing
verifying your browser
ddos guard
ddos protection by cloudflare
access denied
access to this page has been denied
security check
security checkpoint
robot challenge screen
making sure you re not a bot
are you a robot
bot verification
human verification
pardon our interruption
request rejected
request unsuccessful
web application firewall
проверка браузера
доступ ограничен
доступ запрещен
доступ запрещён
ваш браузер проверяется
один момент
bir dakika lütfen
"""
_CAPTCHA = """
captcha
captcha verification
recaptcha
verify you are human
подтвердите что вы не робот
вы не робот
ой
"""
_CONSENT = """
before you continue
before you continue to google search
before you continue to youtube
your privacy choices
cookie consent
cookies required
privacy gate
dpg media privacy gate
bevor sie fortfahren
avant de continuer
"""
_LOGIN = """
login
log in
sign in
signin
member login
please log in
log in or sign up to view
login required
authorization required
вход
войти
авторизация
вход на сайт
giriş
daxil ol
üye girişi
giriş yap
մուտք
შესვლა
авторизація
увійти
anmelden
connexion
ورود
تسجيل الدخول
"""
_MISSING = """
404
404 error
error 404
http 404
404 not found
not found
page not found
404 page not found
page not found 404
error 404 page not found
404 error page not found
file not found
oops
oops page not found
nothing found
page cannot be found
the page cannot be found
page does not exist
the requested page could not be found
ошибка 404
404 ошибка
страница не найдена
страница не найдена 404
404 страница не найдена
страница не существует
запрашиваемая страница не найдена
ничего не найдено
сторінку не знайдено
сторінка не знайдена
səhifə tapılmadı
404 səhifə tapılmadı
sayfa bulunamadı
404 sayfa bulunamadı
էջը չի գտնվել
էջը գտնված չէ
էջը չգտնվեց
გვერდი ვერ მოიძებნა
გვერდი არ მოიძებნა
صفحه یافت نشد
صفحه مورد نظر یافت نشد
الصفحة غير موجودة
page introuvable
page non trouvée
erreur 404
seite nicht gefunden
fehler 404
página não encontrada
página no encontrada
pagina non trovata
"""
_PARKED = """
domain for sale
this domain is for sale
buy this domain
domain parked
parked domain
domain default page
domain expired
this domain has expired
домен продается
домен продаётся
домен не прилинкован ни к одной из директорий на сервере
срок регистрации домена истек
срок регистрации домена истёк
"""
_DOWN = """
maintenance
maintenance mode
site maintenance
under maintenance
site under maintenance
down for maintenance
scheduled maintenance
we ll be back soon
be right back
coming soon
under construction
temporarily unavailable
site temporarily unavailable
service unavailable
service temporarily unavailable
503 service unavailable
503 service temporarily unavailable
502 bad gateway
bad gateway
504 gateway time out
500 internal server error
internal server error
508 resource limit is reached
bandwidth limit exceeded
database error
account suspended
site offline
сайт временно недоступен
технические работы
ведутся технические работы
на сайте ведутся технические работы
сервис временно недоступен
сайт на реконструкции
sayt müvəqqəti işləmir
texniki işlər
texniki işlər aparılır
bakım çalışması
site bakımda
bakım modu
կայքը ժամանակավորապես չի գործում
տեխնիկական աշխատանքներ
საიტი დროებით მიუწვდომელია
ტექნიკური სამუშაოები
wartungsarbeiten
site en maintenance
"""
_DEFAULT = """
welcome to nginx
apache2 ubuntu default page it works
apache2 debian default page it works
iis windows server
index of
"""
_BARRED = """
access blocked
access is blocked
blocked by court order
unavailable for legal reasons
451 unavailable for legal reasons
доступ к сайту ограничен
доступ к ресурсу ограничен
доступ к запрашиваемому ресурсу ограничен
доступ к информационному ресурсу ограничен
ресурс заблокирован
bu siteye erişim engellenmiştir
erişim engellendi
erişime engellendi
sayta giriş məhdudlaşdırılıb
دسترسی به این سایت مسدود است
پیوندها
"""
_REGION = """
not available in your region
not available in your country
this content is not available in your region
this content is not available in your country
this site is not available in your country
service not available in your country
access denied geo restriction
недоступно в вашей стране
недоступно в вашем регионе
bu içerik ülkenizde kullanılamıyor
"""
_TOO_MANY = """
too many requests
429 too many requests
rate limit exceeded
rate limited
you are being rate limited
слишком много запросов
çok fazla istek
"""

_KINDS = (
    ("challenge", _CHALLENGE),
    ("captcha", _CAPTCHA),
    ("consent", _CONSENT),
    ("login", _LOGIN),
    ("soft 404", _MISSING),
    ("parked domain", _PARKED),
    ("site down", _DOWN),
    ("default page", _DEFAULT),
    ("barred by an authority", _BARRED),
    ("not for this country", _REGION),
    ("too many requests", _TOO_MANY),
)
NOTICES: Mapping[str, str] = MappingProxyType(
    {title: kind for kind, titles in _KINDS for title in titles.strip().splitlines()}
)

# Titles that go on with a name or an address.
OPENINGS = (
    ("before you continue to ", "consent"),
    ("the domain name ", "parked domain"),
    ("checking your browser before accessing ", "challenge"),
    ("index of ", "default page"),
)
