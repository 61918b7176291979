"""The languages Whisper knows, by code and by English name.

From the paper's tokenizer: Radford et al., "Robust Speech Recognition via Large-Scale Weak
Supervision", arXiv 2212.04356, appendix E; the names as in OpenAI's ``whisper/tokenizer.py``.
"""

from __future__ import annotations

_TABLE = """
af Afrikaans; am Amharic; ar Arabic; as Assamese; az Azerbaijani; ba Bashkir; be Belarusian;
bg Bulgarian; bn Bengali; bo Tibetan; br Breton; bs Bosnian; ca Catalan; cs Czech; cy Welsh;
da Danish; de German; el Greek; en English; es Spanish; et Estonian; eu Basque; fa Persian;
fi Finnish; fo Faroese; fr French; gl Galician; gu Gujarati; ha Hausa; haw Hawaiian; he Hebrew;
hi Hindi; hr Croatian; ht Haitian Creole; hu Hungarian; hy Armenian; id Indonesian; is Icelandic;
it Italian; ja Japanese; jw Javanese; ka Georgian; kk Kazakh; km Khmer; kn Kannada; ko Korean;
la Latin; lb Luxembourgish; ln Lingala; lo Lao; lt Lithuanian; lv Latvian; mg Malagasy; mi Maori;
mk Macedonian; ml Malayalam; mn Mongolian; mr Marathi; ms Malay; mt Maltese; my Myanmar; ne Nepali;
nl Dutch; nn Nynorsk; no Norwegian; oc Occitan; pa Punjabi; pl Polish; ps Pashto; pt Portuguese;
ro Romanian; ru Russian; sa Sanskrit; sd Sindhi; si Sinhala; sk Slovak; sl Slovenian; sn Shona;
so Somali; sq Albanian; sr Serbian; su Sundanese; sv Swedish; sw Swahili; ta Tamil; te Telugu;
tg Tajik; th Thai; tk Turkmen; tl Tagalog; tr Turkish; tt Tatar; uk Ukrainian; ur Urdu; uz Uzbek;
vi Vietnamese; yi Yiddish; yo Yoruba; yue Cantonese; zh Chinese
"""

#: The languages that our voices speak.
SPOKEN = ("en", "es", "fr", "hi", "it", "ko", "pt")

#: Code -> English name.
LANGUAGES: dict[str, str] = {
    code: name
    for code, _, name in (row.strip().partition(" ") for row in _TABLE.split(";") if row.strip())
}

_CODES = {name.lower(): code for code, name in LANGUAGES.items()} | {
    "mandarin": "zh",
    "castilian": "es",
    "flemish": "nl",
    "burmese": "my",
    "farsi": "fa",
    "filipino": "tl",
    "jv": "jw",
}


def language_code(asked: str) -> str | None:
    """Whisper's code for a code ("en", "pt-BR") or a name ("Korean"); None if it is unknown."""
    asked = asked.strip().lower()
    code = asked.replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else _CODES.get(asked) or _CODES.get(code)
