"""From sound on standard input to Ogg Opus, or bare PCM, on standard output, by PyAV, in a process that knows nothing else.

Run with -I and without an environment; the first argument is FFmpeg's name of the form, empty where the content
tells, the second is "pcm" for samples of 16 bits.
"""

import resource
import sys

MEMORY = 2**30  # bytes
BITS = 32_000  # a second
RATE = 16_000  # samples a second, of PCM


def pcm(form: str) -> None:
    import av  # type: ignore[import-not-found, unused-ignore]  # an extra: requirements-audio.txt

    with av.open(sys.stdin.buffer, format=form or None, **_raw(form)) as source:
        sound = source.streams.audio[0]
        resampler = av.AudioResampler(format="s16", layout=sound.layout, rate=RATE)
        for frame in (*source.decode(sound), None):
            for piece in resampler.resample(frame):
                size = piece.samples * len(piece.layout.channels) * 2
                sys.stdout.buffer.write(bytes(piece.planes[0])[:size])
    sys.stdout.buffer.flush()


def _raw(form: str) -> dict[str, dict[str, str]]:
    rate = "16000" if form == "g722" else "8000"
    return {"options": {"sample_rate": rate}} if form else {}


def main(form: str) -> None:
    import av  # type: ignore[import-not-found, unused-ignore]  # an extra: requirements-audio.txt

    with (
        av.open(sys.stdin.buffer, format=form or None, **_raw(form)) as source,
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
    make = pcm if sys.argv[2:] == ["pcm"] else main
    make(sys.argv[1] if len(sys.argv) > 1 else "")
