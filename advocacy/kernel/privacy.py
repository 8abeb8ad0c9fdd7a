"""What in a text may tell who somebody is or what they have. Pure: it finds, a person decides."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

EMAIL, PHONE, DATE, MEMBER_ID = "email", "phone", "date", "member_id"
PROVIDER, NAME, DIAGNOSIS = "provider", "name", "diagnosis"


@dataclass(frozen=True)
class Span:
    """A piece of a text, and what it may be."""

    start: int
    end: int
    kind: str
    text: str


_MONTHS: Final = (
    r"jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?|july?|aug(?:ust|\.)?|sept?(?:ember|\.)?|"
    r"oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|"
    r"septiembre|setiembre|octubre|noviembre|diciembre"
)
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th)?"
# Half words, English and Spanish: what stands here is looked at by a person, so a few too many do no harm.
_DIAGNOSES: Final = (
    r"abortions?|abortos?|addict\w*|adicci\w+|adicto\w*|aids|alcohol\w*|alzheimer\w*|an[oa]rexi\w+|"
    r"ansiedad|anxiety|arthritis|artritis|asthma\w*|asma|autis\w+|bipolar|bulimi\w+|c[aá]ncer\w*|chemo\w*|"
    r"cirrhosis|cirrosis|crohn\w*|dementia|demencia|depress\w+|depresi\w+|diabet\w+|dialysis|di[aá]lisis|"
    r"epilep\w+|fibromyalgia|fibromialgia|hepatitis|hiv|vih|sida|hormones?|hormonas?|insulina?|leuk\w+|leucemia|"
    r"lupus|lymphoma|linfoma|melanoma|metasta\w+|miscarriage\w*|multiple sclerosis|esclerosis|overdos\w+|"
    r"parkinson\w*|pregnan\w+|embaraz\w+|psychos\w+|psic[oó]\w+|ptsd|quimio\w*|rehab\w*|schizo\w+|esquizo\w+|"
    r"seizures?|convulsi\w+|sobriety|stroke|suicid\w+|surgery|surgeries|cirug[ií]as?|transgender|"
    r"transg[eé]nero|transplant\w*|trasplant\w*|tumou?rs?|tumor(?:es)?|tuberculosis"
)
# Most telling first: where two overlap, the one that begins first stands, then the one named first.
_PATTERNS: Final = (
    (EMAIL, re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)),
    (PHONE, re.compile(r"(?<!\w)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}(?!\d)")),
    (DATE, re.compile(r"(?<!\w)\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?!\w)")),
    (
        DATE,
        re.compile(
            rf"\b(?:{_DAY}\s+(?:of\s+|de\s+)?(?:{_MONTHS})|(?:{_MONTHS})\s+{_DAY})\b(?:,?\s+(?:de\s+)?\d{{4}}\b)?",
            re.IGNORECASE,
        ),
    ),
    (DATE, re.compile(rf"\b(?:{_MONTHS})\s+(?:de\s+|of\s+)?(?:19|20)\d{{2}}\b", re.IGNORECASE)),
    (MEMBER_ID, re.compile(r"(?<![\w-])(?=[A-Z0-9-]*\d{4})[A-Z]{1,4}-?\d[A-Z0-9-]{3,}(?![\w-])")),
    (MEMBER_ID, re.compile(r"(?<![\w.,-])\d{6,}(?![\w-])")),
    (
        PROVIDER,
        re.compile(
            r"\b(?:[Dd]r|[Dd]ra|[Dd]octora?|[Nn]urse|[Tt]herapist|[Ee]nfermer[oa])\b\.?\s+"
            r"[^\W\d_a-zà-ÿ][\w'’-]*(?:\s+[^\W\d_a-zà-ÿ][\w'’-]*)?"
        ),
    ),
    (
        PROVIDER,
        re.compile(
            r"\b[^\W\d_a-zà-ÿ][\w'’-]+(?:\s+[^\W\d_a-zà-ÿ][\w'’-]+)?,?\s+"
            r"(?:MD|M\.D\.|DO|RN|PhD|LCSW|NP)(?!\w)"
        ),
    ),
    (DIAGNOSIS, re.compile(rf"\b(?:{_DIAGNOSES})\b", re.IGNORECASE)),
)  # fmt: skip


def personal_spans(text: str, *, names: Iterable[str] = ()) -> list[Span]:
    """Return what a reader should look at before the text is shown to strangers, in the text's order.

    `names` are words of this one matter: people, the plan, the clinic. Spans never overlap.
    """
    found = sorted(_all(text, names), key=lambda each: (each[0], each[1]))
    spans: list[Span] = []
    for start, _, end, kind in found:
        if spans and start < spans[-1].end:
            continue
        spans.append(Span(start, end, kind, text[start:end]))
    return spans


def _all(text: str, names: Iterable[str]) -> Iterator[tuple[int, int, int, str]]:
    """Yield (start, rank, end, kind)."""
    wanted = sorted({name.strip() for name in names if len(name.strip()) > 1}, key=len, reverse=True)
    if wanted:
        either = "|".join(re.escape(name) for name in wanted)
        for match in re.finditer(rf"(?<!\w)(?:{either})(?!\w)", text, re.IGNORECASE):
            yield match.start(), -1, match.end(), NAME
    for rank, (kind, pattern) in enumerate(_PATTERNS):
        for match in pattern.finditer(text):
            yield match.start(), rank, match.end(), kind
