"""How many examples the property tests try: few by default, many where CI asks for them."""

import os

from hypothesis import settings

settings.register_profile("quick", deadline=None, max_examples=10)
settings.register_profile("thorough", deadline=None, max_examples=60)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
