"""How well what is read aloud is understood, language by language, by the recogniser.

Sentences of everyday talk, written for this; Kokoro's usual voice of each language. What goes wrong
is the voice's, the phonemes' or the recogniser's (Whisper base): the figures bound the first two.
Numbers are left out, because the recogniser writes them as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from engines.audio import write_flac
from engines.engine import Engine, engines
from engines.kinds import Done, Sound, Work
from engines.speech.languages import LANGUAGES
from evals.capability.figure import Figure
from evals.capability.running import done
from tests.words import character_errors

TASK = "text_to_speech"
SENTENCES: dict[str, Sequence[str]] = {
    "en": (
        "Tomorrow we are going to the market to buy bread and milk.",
        "The train leaves early in the morning from the other platform.",
        "Could you please play that song once more?",
        "Nobody expected the little library to stay open through the winter.",
    ),
    "es": (
        "Mañana iremos al mercado para comprar pan y leche.",
        "El tren sale temprano por la mañana desde el otro andén.",
        "¿Puedes poner esa canción otra vez, por favor?",
        "Nadie esperaba que la pequeña biblioteca siguiera abierta en invierno.",
    ),
    "fr": (
        "Demain nous irons au marché acheter du pain et du lait.",
        "Le train part tôt le matin depuis l'autre quai.",
        "Peux-tu jouer cette chanson encore une fois, s'il te plaît ?",
        "Personne ne pensait que la petite bibliothèque resterait ouverte en hiver.",
    ),
    "it": (
        "Domani andremo al mercato a comprare il pane e il latte.",
        "Il treno parte presto la mattina dall'altro binario.",
        "Puoi suonare quella canzone ancora una volta, per favore?",
        "Nessuno si aspettava che la piccola biblioteca restasse aperta in inverno.",
    ),
    "pt": (
        "Amanhã vamos ao mercado comprar pão e leite.",
        "O trem sai cedo de manhã da outra plataforma.",
        "Você pode tocar aquela música mais uma vez, por favor?",
        "Ninguém esperava que a pequena biblioteca ficasse aberta no inverno.",
    ),
    "ko": (
        "내일 우리는 시장에 가서 빵과 우유를 살 거예요.",
        "기차는 아침 일찍 다른 승강장에서 출발해요.",
        "그 노래를 한 번 더 들려주실 수 있나요?",
        "오늘 날씨가 정말 좋네요. 도와주셔서 감사합니다.",
    ),
}


def measure() -> list[Figure]:
    """The share of characters that the recogniser gets wrong, for each language."""
    found = engines(("engines.speech.speak", "engines.speech.recognise"))
    speaker, recogniser = (found[name].make() for name in ("Kokoro", "FasterWhisper"))
    for each in (speaker, recogniser):
        each.load("cpu")
    return [
        Figure(
            TASK,
            f"{len(sentences)} sentences of {LANGUAGES[language]}",
            "characters the recogniser gets wrong",
            100 * _wrong(speaker, recogniser, sentences, language),
            " %",
            goal=25 if language == "ko" else 10,
            lower=True,
        )
        for language, sentences in SENTENCES.items()
    ]


def _wrong(speaker: Engine, recogniser: Engine, sentences: Sequence[str], language: str) -> float:
    heard = []
    with TemporaryDirectory() as folder:
        for number, sentence in enumerate(sentences):
            *_, spoken = speaker.run([Work(TASK, {"text": sentence})])
            assert isinstance(spoken, Done)  # noqa: S101 - these can be spoken
            assert spoken.data["language"] == language  # noqa: S101 - and are recognised
            (sound,) = (each for each in spoken.outputs if isinstance(each, Sound))
            path = Path(folder, f"{number}.flac")
            write_flac(path, sound.samples, sound.rate)
            heard.append(done(recogniser, "speech_recognition", path, language=language).text)
    return character_errors(" ".join(sentences), " ".join(heard))
