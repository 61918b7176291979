"""A program of its own that turns text into phonemes by eSpeak NG: lines in, lines out.

eSpeak NG (https://github.com/espeak-ng/espeak-ng) is GPL-3, so it runs beside the service as ffmpeg
does and is loaded into no other process. Each line in is JSON ``[voice, text]``; each line out is a
JSON list of clauses in IPA, in which ``^`` ties the letters of one sound.
"""

from __future__ import annotations

import ctypes
import json
import sys

#: espeak-ng/speak_lib.h: espeakCHARS_UTF8; in the mode of phonemes: IPA, and the tie in bits 8 on.
UTF8 = 1
IPA_TIED = 0x02 | 0x80 | ord("^") << 8
#: espeak_Initialize: no sound, no callbacks.
AUDIO_OUTPUT_RETRIEVAL = 1


def main() -> None:
    """Serve until the input ends."""
    import espeakng_loader  # noqa: PLC0415 - only here, see above

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize(
        AUDIO_OUTPUT_RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0
    )
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [
        ctypes.POINTER(ctypes.c_char_p),
        ctypes.c_int,
        ctypes.c_int,
    ]
    for line in sys.stdin:
        voice, text = json.loads(line)
        clauses = []
        if library.espeak_SetVoiceByName(voice.encode()) == 0:
            rest = ctypes.pointer(ctypes.c_char_p(text.encode()))
            while rest.contents.value:
                found = library.espeak_TextToPhonemes(rest, UTF8, IPA_TIED)
                clauses.append((found or b"").decode())
        print(json.dumps(clauses), flush=True)


if __name__ == "__main__":
    main()
