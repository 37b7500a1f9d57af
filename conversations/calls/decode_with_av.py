"""From sound on standard input to Ogg Opus on standard output, by PyAV, in a process that knows nothing else.

Run with -I and without an environment; the argument is FFmpeg's name of the form, empty where the content tells.
"""

import resource
import sys

MEMORY = 2**30  # bytes
BITS = 32_000  # a second


def main(form: str) -> None:
    import av  # type: ignore[import-not-found, unused-ignore]  # an extra: requirements-audio.txt

    raw = {"options": {"sample_rate": "16000" if form == "g722" else "8000"}} if form else {}
    with (
        av.open(sys.stdin.buffer, format=form or None, **raw) as source,
        av.open(sys.stdout.buffer, "w", format="ogg") as target,
    ):
        sound = source.streams.audio[0]
        out = target.add_stream("libopus", rate=48_000, layout=sound.layout.name)
        out.bit_rate = BITS
        resampler = av.AudioResampler(format="flt", layout=sound.layout, rate=48_000)
        for frame in source.decode(sound):
            for piece in resampler.resample(frame):
                target.mux(out.encode(piece))
        target.mux(out.encode(None))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    main(sys.argv[1] if len(sys.argv) > 1 else "")
