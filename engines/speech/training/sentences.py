"""English sentences made up at random, for voices to say.

What is said hardly matters to a separator; that all sounds of the language occur, in statements,
questions, counts and lists, short and long, does.
"""

from __future__ import annotations

import numpy as np

_WORDS = {
    "person": (
        "the gardener|my neighbour|her uncle|the young doctor|our teacher|an old sailor|the judge|"
        "his cousin George|the woman next door|a tired waiter|the chief engineer|Margaret|Thomas|"
        "somebody I knew|the boy with the yellow cap|everyone at the office|the ship's cook|Joyce"
    ),
    "thing": (
        "a wooden box|the blue bicycle|three fresh loaves|the broken chair|a letter from Vienna|"
        "the kitchen window|a measure of oats|the azure curtains|some leather gloves|the church"
        " bells|a heavy suitcase|the evening paper|a jar of honey|his father's watch|the small"
        " engine|cheap shoes|a pair of scissors|the orchard|five thousand bricks|a quiet room"
    ),
    "did": (
        "carried|found|sold|looked for|had forgotten|painted|was watching|wanted to buy|described|"
        "pushed|could hardly see|measured|never noticed|brought back|hid|asked about|chose|threw"
        " away|would rather keep|should have mended|enjoyed|laughed at"
    ),
    "where": (
        "behind the railway station|at the edge of the field|in a village near the sea|upstairs|"
        "on the other side of the river|under the bridge|at the back of the shop|by the fire|"
        "outside the theatre|among the trees|in the middle of the road|along the coast|at home"
    ),
    "when": (
        "yesterday morning|after the rain had stopped|on Thursday|before anyone else was awake|"
        "last winter|as soon as the door was opened|many years ago|at half past eight|in July|"
        "during the long journey|every other week|just before midnight|while it was still warm"
    ),
    "how": (
        "slowly|with great care|without a word|rather badly|for no reason at all|in a loud voice|"
        "quite by chance|as usual|with both hands|far too quickly|very well indeed|cheerfully"
    ),
    "why": (
        "because the weather had turned|although nobody believed it|so that we could leave early|"
        "which was a pleasure to hear|and that was the whole trouble|if you ask me|since the price"
        " had gone up|though the judge thought otherwise|and I said so at the time"
    ),
    "say": (
        "I suppose|Well, you know|To be honest|They told us|It seems|As far as I remember|Oh|Yes,"
        " and|Of course|Nevertheless|In my opinion|Listen|On the whole|What a shame"
    ),
    "count": (
        "seven|twenty three|one hundred and six|nineteen|about forty|two and a half thousand|"
        "eleven|sixty five|a dozen|four hundred and twelve|thirty"
    ),
    "unit": (
        "miles|pounds of sugar|people|hours|pages|chairs|degrees|steps|pieces of glass|boats|birds"
    ),
}
_CHOICES = {name: words.split("|") for name, words in _WORDS.items()}
_PATTERNS = (
    "{person} {did} {thing} {where}",
    "{when}, {person} {did} {thing}, {why}",
    "{say}, {person} {did} {thing} {how}, and {person} {did} {thing} {where} {when}",
    "{say}, there were {count} {unit} {where}, {why}",
    "did {person} really say that {person} {did} {thing} {where}?",
    "{person}, who {did} {thing} {how}, {did} {count} {unit} {when}",
    "{count}, {count}, {count}, and then {count} {unit} more",
    "who {did} {thing} {when}, and where did {person} go with {thing}?",
    "we went {where} with {thing}, {thing} and {thing}, {why}",
)


def sentence(rng: np.random.Generator) -> str:
    """One sentence of 5 to 35 words."""
    text = str(rng.choice(_PATTERNS))
    while "{" in text:
        before, _, rest = text.partition("{")
        name, _, after = rest.partition("}")
        text = before + str(rng.choice(_CHOICES[name])) + after
    return text[0].upper() + text[1:] + ("" if text.endswith("?") else ".")
