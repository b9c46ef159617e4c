"""Names that are sold below: what stands there belongs to many, as far as that is known.

No list of them all (publicsuffix.org keeps one, which changes every week): DMARC finds organizations without it. Here
it only keeps neighbours apart where a registry has forgotten to mark itself, and says whose name servers are silent.
"""

# What registries sell below their country's name, and in which countries.
_SOLD_BELOW = (
    (
        "com net org edu gov",
        "ar au bd bo br cn co cy ec eg gr hk lb lk mt mx my ng np om pa pe ph pk pl pt py qa sa sg sv tr tw ua uy ve"
        " vn",
    ),
    ("co ac", "at id il in jp ke kr nz th tz ug uk za zm zw"),
    ("or", "at id jp ke kr th tz ug"),
    ("go ne", "id jp ke kr tz"),
    ("net", "id il in nz th uk za"),
    ("org gov", "il in nz uk za"),
    ("gob", "ar bo ec mx pe sv ve"),
    ("me ltd plc nhs police sch", "uk"),
)
_REGISTRIES = frozenset(
    f"{name}.{country}"
    for names, countries in _SOLD_BELOW
    for name in names.split()
    for country in countries.split()
)
_ADDRESSES = ".arpa"


def is_registry(domain: str) -> bool:
    """Whether names are sold below it: a top-level domain, or a known one such as `co.uk`."""
    return "." not in domain or domain in _REGISTRIES


def registered_domain(name: str) -> str:
    """The name of two labels or three that somebody has registered, for any name in A-labels.

    A name of the reverse DNS stands for itself: the tree of addresses is of many, too.
    """
    if name.endswith(_ADDRESSES):
        return name
    labels = name.split(".")
    return ".".join(labels[-3:] if is_registry(".".join(labels[-2:])) else labels[-2:])
