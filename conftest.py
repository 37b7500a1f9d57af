"""What every test has: a fixed keyring, a data directory of its own, no outside world."""

import os
import tempfile
from pathlib import Path

# Before Django reads its settings: nothing of a developer's own data may be touched.
os.environ.setdefault("ICP_DATA_DIR", tempfile.mkdtemp(prefix="icp-tests-"))
os.environ.setdefault("ICP_SANDBOX", "1")
Path(os.environ["ICP_DATA_DIR"]).mkdir(parents=True, exist_ok=True)
