"""What may happen on a client's wall: how each subject is written, by whom and where."""

from __future__ import annotations

from typing import NamedTuple


class Telling(NamedTuple):
    """How a subject becomes an entry.

    `role` is who writes (see `crew.Cast`) or `tool:` and its name. `wall` is deal, company or
    person. `talk` is how likely colleagues comment, in the small demo. `refers` names a later
    subject of the same arc whose day the text promises; without it some day soon is meant.
    `file` names what hangs on it, and how likely.
    """

    type: str
    role: str = "seller"
    wall: str = "company"
    talk: float = 0.3
    tags: tuple[str, ...] = ()
    refers: str = ""
    file: str = ""
    file_chance: float = 1.0


TELLINGS: dict[str, Telling] = {
    "enquiry_web": Telling("message", "tool:website", "company", 0.8, ("enquiry",)),
    "enquiry_call": Telling("call", "seller", "company", 0.4, ("enquiry",)),
    "referral": Telling("note", "seller", "company", 0.5, ("enquiry", "referral")),
    "returning": Telling("call", "seller", "company", 0.6, ("enquiry", "referral"), "first_call"),
    "again": Telling("call", "seller", "company", 0.5, ("enquiry",)),
    "fair": Telling("meeting", "seller", "company", 0.4, ("fair",)),
    "first_call": Telling("call", "seller", "deal", 0.5, (), "visit"),
    "need": Telling("note", "seller", "deal", 0.4),
    "visit": Telling("meeting", "seller", "deal", 0.5, ("survey",), "", "plan", 0.6),
    "calc": Telling("note", "seller", "deal", 0.9),
    "offer": Telling("file", "seller", "deal", 0.4, ("offer",), "offer_call", "offer"),
    "offer_call": Telling("call", "seller", "deal", 0.5),
    "offer_question": Telling("chat", "seller", "deal", 0.3),
    "revised": Telling("file", "seller", "deal", 0.4, ("offer",), "", "revised"),
    "negotiation": Telling("meeting", "seller", "deal", 0.7),
    "discount": Telling("note", "seller", "deal", 0.9, ("price",)),
    "won": Telling("note", "seller", "deal", 0.95, (), "planned"),
    "delivery_plan": Telling("note", "prj", "deal", 0.4, ("delivery",), "planned"),
    "trouble_delay": Telling("note", "prj", "deal", 0.6, ("delivery", "trouble"), "solved_delay"),
    "solved_delay": Telling("note", "prj", "deal", 0.4, ("delivery",)),
    "trouble_damage": Telling(
        "note", "prj", "deal", 0.7, ("trouble",), "solved_damage", "photo", 0.7
    ),
    "solved_damage": Telling("note", "prj", "deal", 0.3),
    "trouble_wrong": Telling("note", "prj", "deal", 0.7, ("trouble",), "solved_wrong"),
    "solved_wrong": Telling("note", "prj", "deal", 0.4),
    "installed": Telling("note", "prj", "deal", 0.5, ("installation",), "", "photo", 0.8),
    "after": Telling("call", "seller", "company", 0.5),
    "lost_price": Telling("note", "seller", "deal", 0.6, ("price",)),
    "lost_competitor": Telling("call", "seller", "deal", 0.6, ("competitor",)),
    "lost_postponed": Telling("note", "seller", "deal", 0.4),
    "lost_silent": Telling("note", "seller", "deal", 0.3),
    "chase": Telling("call", "seller", "deal", 0.25),
    "complaint_cold": Telling("call", "seller", "company", 0.8, ("complaint",), "fixed_cold"),
    "fixed_cold": Telling("note", "svc", "company", 0.4, ("service",), "", "report", 0.7),
    "complaint_mech": Telling("call", "seller", "company", 0.6, ("complaint",), "fixed_mech"),
    "fixed_mech": Telling("note", "svc", "company", 0.3, ("service",), "", "report", 0.4),
    "complaint_soft": Telling("note", "seller", "company", 0.6, ("complaint",), "fixed_soft"),
    "fixed_soft": Telling("note", "svc", "company", 0.3, ("service",)),
    "service_request": Telling("call", "seller", "company", 0.3, ("service",), "service_done"),
    "service_done": Telling("meeting", "svc", "company", 0.3, ("service",), "", "report", 0.5),
    "renewal_call": Telling("call", "seller", "deal", 0.6, ("renewal",), "renewal_end"),
    "renewal_won": Telling("note", "seller", "deal", 0.5, ("renewal",)),
    "renewal_lost": Telling("note", "seller", "deal", 0.4, ("renewal",)),
    "pay_call": Telling("call", "seller", "company", 0.6, ("payment",), "pay_promise"),
    "pay_promise": Telling("note", "seller", "company", 0.4, ("payment",), "invoice_paid"),
    "person_left": Telling("note", "seller", "company", 0.6),
    "new_contact": Telling("meeting", "seller", "company", 0.5),
    "handover": Telling("note", "seller", "company", 0.8),
    "prospect": Telling("call", "seller", "company", 0.4),
    "checkin": Telling("call", "seller", "company", 0.4),
    "news": Telling("note", "seller", "company", 0.6),
    "tip": Telling("note", "seller", "person", 0.3),
    "competitor": Telling("note", "seller", "company", 0.7, ("competitor",)),
    "wishes": Telling("note", "seller", "person", 0.4),
    "courtesy": Telling("meeting", "seller", "company", 0.4),
    "crosssell": Telling("note", "seller", "company", 0.4),
    "chat": Telling("chat", "svc", "company", 0.15),
    "shop_order": Telling("message", "tool:shop", "company", 0.03, ("order",), "", "lines", 0.35),
    "basket": Telling("message", "tool:shop", "company", 0.6),
    "newsletter": Telling("message", "tool:mailing", "person", 0.0),
    "invoice": Telling("message", "tool:invoices", "company", 0.0, (), "invoice_due"),
    "invoice_paid": Telling("message", "tool:invoices", "company", 0.04, ("payment",)),
    "invoice_overdue": Telling("message", "tool:invoices", "company", 0.1, ("payment",)),
}

# What fills the quiet times with a client, and how often.
FILLERS: tuple[tuple[str, int], ...] = (
    ("checkin", 19),
    ("news", 9),
    ("tip", 6),
    ("competitor", 3),
    ("wishes", 4),
    ("courtesy", 8),
    ("crosssell", 7),
    ("chat", 10),
    ("shop_order", 13),
    ("basket", 3),
    ("newsletter", 8),
    ("change_company", 6),
    ("change_person", 5),
    ("complaint", 5),
    ("service", 5),
)
# The same for those who have not bought anything yet.
EARLY_FILLERS: tuple[tuple[str, int], ...] = (
    ("prospect", 10),
    ("news", 8),
    ("tip", 5),
    ("competitor", 2),
    ("newsletter", 11),
    ("change_company", 6),
    ("change_person", 6),
)

TAG_NAMES: dict[str, dict[str, str]] = {
    "enquiry": {"pl": "zapytanie", "ru": "запрос", "fa": "استعلام", "en": "enquiry"},
    "referral": {"pl": "polecenie", "ru": "рекомендация", "fa": "معرفی", "en": "referral"},
    "fair": {"pl": "targi", "ru": "выставка", "fa": "نمایشگاه", "en": "fair"},
    "survey": {"pl": "pomiar", "ru": "замер", "fa": "اندازه‌گیری", "en": "survey"},
    "offer": {"pl": "oferta", "ru": "предложение", "fa": "پیشنهاد", "en": "offer"},
    "price": {"pl": "cena", "ru": "цена", "fa": "قیمت", "en": "price"},
    "delivery": {"pl": "dostawa", "ru": "доставка", "fa": "تحویل", "en": "delivery"},
    "trouble": {"pl": "kłopot", "ru": "проблема", "fa": "مشکل", "en": "trouble"},
    "installation": {"pl": "montaż", "ru": "монтаж", "fa": "نصب", "en": "installation"},
    "competitor": {"pl": "konkurencja", "ru": "конкурент", "fa": "رقیب", "en": "competitor"},
    "complaint": {"pl": "reklamacja", "ru": "рекламация", "fa": "شکایت", "en": "complaint"},
    "service": {"pl": "serwis", "ru": "сервис", "fa": "خدمات", "en": "service"},
    "renewal": {"pl": "umowa-serwisowa", "ru": "продление", "fa": "تمدید", "en": "renewal"},
    "payment": {"pl": "płatność", "ru": "оплата", "fa": "پرداخت", "en": "payment"},
    "order": {"pl": "sklep", "ru": "интернет-магазин", "fa": "فروشگاه", "en": "web-shop"},
    "vip": {"pl": "vip", "ru": "vip", "fa": "vip", "en": "vip"},
    "chain": {"pl": "sieć", "ru": "сеть", "fa": "زنجیره‌ای", "en": "chain"},
    "watch": {"pl": "pilnować", "ru": "на-контроле", "fa": "پیگیری", "en": "watch"},
}
