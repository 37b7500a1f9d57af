"""From the environment to what telephone exchanges leave and send."""

from .environment import env

# A recording that an exchange sends by itself, not in a form: read bit by bit, sealed at once.
RECORDING_BYTES = env.int("ICP_RECORDING_BYTES", default=512 * 2**20)
# --- Recordings that a telephone exchange leaves in a folder (docs/conversations.md) -----------------
CALLS_FOLDER = env("ICP_CALLS_FOLDER", default="")  # empty: nothing is watched
CALLS_PROFILE = env("ICP_CALLS_PROFILE", default="generic")  # freepbx, issabel, 3cx, generic
CALLS_CDR = env("ICP_CALLS_CDR", default="")  # the exchange's list of calls, CSV
CALLS_SOURCE = env("ICP_CALLS_SOURCE", default="centrala")
CALLS_LINE = env("ICP_CALLS_LINE", default="")  # where neither the list nor the file names one
CALLS_NOTICE = env.int("ICP_CALLS_NOTICE", default=0)  # the notice that the exchange plays to all
CALLS_QUARANTINE = env("ICP_CALLS_QUARANTINE", default="")
CALLS_STABLE_SECONDS = env.int("ICP_CALLS_STABLE_SECONDS", default=20)
CALLS_KEEP_ORIGINALS = env.bool("ICP_CALLS_KEEP_ORIGINALS", default=False)
FFMPEG = env("ICP_FFMPEG", default="ffmpeg")  # converts recordings that browsers cannot play
