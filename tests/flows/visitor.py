"""A browser without a window: cookies, forms and the CSRF token, over real HTTP."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message

FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects."""

    status: int
    url: str
    text: str


class _KeepErrors(urllib.request.HTTPErrorProcessor):
    """An error page is an answer like any other; redirects are still followed."""

    def http_response(  # type: ignore[override]
        self, request: urllib.request.Request, response: http.client.HTTPResponse
    ) -> http.client.HTTPResponse:
        if response.status in (301, 302, 303, 307, 308):
            return super().http_response(request, response)  # type: ignore[return-value]
        return response


class Visitor:
    """Somebody at a keyboard."""

    def __init__(self, site: str) -> None:
        self.site = site
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), _KeepErrors()
        )

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._open(urllib.request.Request(self.site + path))

    def send(self, path: str, page: str = "", **fields: str) -> Answer:
        """Fill in the form of the page `page` (the path itself by default) and send it."""
        token = FORM_TOKEN.search(self.get(page or path).text)
        assert token, f"{page or path} shows no form"
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields})
        return self._open(urllib.request.Request(self.site + path, data=body.encode()))

    def sign_in(self, email: str, password: str) -> "Visitor":
        """Through the sign-in page."""
        answer = self.send("/accounts/login/", login=email, password=password)
        assert answer.url == f"{self.site}/", f"not signed in: {answer.status} {answer.url}"
        return self

    def _open(self, request: urllib.request.Request) -> Answer:
        with self._opener.open(request, timeout=SECONDS) as response:
            headers: Message = response.headers
            charset = headers.get_content_charset("utf-8")
            return Answer(response.status, response.url, response.read().decode(charset))
