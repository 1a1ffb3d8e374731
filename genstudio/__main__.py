"""``python -m genstudio`` is ``genstudio``."""

from __future__ import annotations

import sys

from genstudio.cli import main

sys.exit(main())
