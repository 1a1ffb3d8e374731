"""Speak a text in a stand-in voice."""

from pathlib import Path

from genstudio_pipeline import Request, pipeline, progress, warn


@pipeline
def say(request: Request, *, voice_name: str = "en", words_per_minute: int = 165) -> Path:
    """Return the speech as a WAV file."""
    from genstudio_classical import speak

    if request.files_of("voice"):
        warn("The stand-in voice cannot imitate another one; it speaks in its own.")
    progress(0, "speaking")
    return speak(request.prompt, request.output_dir / "speech", voice=voice_name, words_per_minute=words_per_minute)


if __name__ == "__main__":
    say.main()
