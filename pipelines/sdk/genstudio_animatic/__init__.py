"""The animatic: a storyboard panel drawn from the words of a prompt, still or in motion.

No model, no GPU: subjects from a glyph font redrawn with a pen, people as mannequins, places, framing, camera move, light and weather.
:func:`draw_image` and :func:`draw_video` are the two pipelines; both take a request of the pipeline SDK's form.
"""

from genstudio_animatic.panel import Stage, build_stage
from genstudio_animatic.render import draw_image, draw_video, spec_of
from genstudio_animatic.setup import PanelSpec
from genstudio_animatic.story import Story, read_story

__all__ = ["PanelSpec", "Stage", "Story", "build_stage", "draw_image", "draw_video", "read_story", "spec_of"]
