"""A browser without script: pages over plain sockets, read by the standard library's parser, forms sent as they stand."""
import html.parser
import http.client
import urllib.parse

import described

VOID = {"meta", "input", "br", "link"}


class Page(html.parser.HTMLParser):
    """What one page holds. Tags that do not fit each other are an error."""

    def __init__(self, status, headers, content):
        super().__init__(convert_charrefs=True)
        self.status, self.headers = status, headers
        self.source = content.decode()
        self.tags, self.open, self.forms, self.links, self.words = [], [], [], [], []
        self.feed(self.source)
        self.close()
        assert not self.open, self.open
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "form":
            self.forms.append({"action": attrs["action"], "method": attrs["method"], "fields": {}, "free": []})
        if tag in ("input", "textarea") and "name" in attrs:
            if attrs.get("type") == "hidden":
                self.forms[-1]["fields"][attrs["name"]] = attrs["value"]
            else:
                self.forms[-1]["free"].append(attrs["name"])
        if tag == "a":
            self.links.append(attrs["href"])

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title"):
            self.words.append(data)

    def form(self, act):
        found, = [form for form in self.forms if form["fields"].get("act") == act]
        return found

    def acts(self):
        return [form["fields"]["act"] for form in self.forms if "act" in form["fields"]]


class Browser:
    """Keeps cookies, follows no redirect by itself."""

    def __init__(self, address, headers=None):
        self.address, self.headers, self.cookies = address, headers or {}, {}

    def fetched(self, path):
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        connection.request("GET", path)
        content = connection.getresponse().read()
        connection.close()
        return content

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        sent = {**self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status not in (429, 503) or int(answer.getheader("Retry-After")) > 0, (method, path, answer.status)
        connection.close()
        described.description(self.fetched).check(method, path, answer.status, answer.headers, content)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return Page(answer.status, answer.headers, content if "html" in (answer.getheader("Content-Type") or "") else b"")

    def get(self, path, headers=None):
        return self.ask("GET", urllib.parse.urlsplit(path).path if path.startswith("http") else path, headers=headers)

    def post(self, path, fields, headers=None):
        return self.ask("POST", path, urllib.parse.urlencode(fields).encode(),
                        {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})

    def press(self, page, act, **typed):
        form = page.form(act)
        assert form["method"] == "post" and set(typed) <= set(form["free"])
        return self.post(form["action"], {**form["fields"], **{name: "" for name in form["free"]}, **typed})

    def sign_in(self, account, password, to="/"):
        return self.post("/login", {"account": account, "password": password, "to": to})
