"""agent.py as a script, but with the short times of the tests."""

import sys

from support import QUICK, gpupool

gpupool.Agent.__init__.__defaults__ = (*gpupool.Agent.__init__.__defaults__[:-1], QUICK._replace(notice=3.0))
sys.exit(gpupool.main())
