"""Make the data of the animatic: a subset of Noto Emoji, lettering fonts, and which words mean which glyph.

Run where npm and Python with fontTools are:

    npm install --prefix /tmp/glyphs @fontsource/noto-emoji @fontsource/patrick-hand emojibase-data
    python pipelines/sdk/tools/make_glyphs.py /tmp/glyphs/node_modules /usr/share/fonts/truetype/dejavu

The results stand in ``pipelines/sdk/genstudio_animatic/data`` and are committed: drawing needs neither npm nor fontTools.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

DATA: Final = Path(__file__).resolve().parents[1] / "genstudio_animatic" / "data"

ANIMALS: Final = (
    "🐒🦍🦧🐕🐩🐺🦊🦝🐈🐱🦁🐅🐆🐎🐴🦄🦓🦌🦬🐂🐄🐖🐗🐏🐑🐐🐪🐫🦙🦒🐘🦣🦏🦛🐁🐀🐇🐿🦫🦔🦇🐻🐨🐼🦥🦦🦘🐾"
    "🦃🐓🐔🐤🐦🐧🕊🦅🦆🦢🦉🦩🦚🦜🐸🐊🐢🦎🐍🐉🐲🦕🦖🐋🐳🐬🦭🐟🐠🦈🐙🐚🦑🦀🦞🐌🦋🐛🐜🐝🪲🐞🕷🕸🦂"
)
PLANTS_AND_FOOD: Final = "💐🌸🌹🌻🌼🌷🌱🪴🌲🌳🌴🌵🌾🍀🍁🍂🍄🍎🍊🍋🍌🍓🍇🍉🥕🌽🎃🍞🧀🍔🍕🥚🍲🍰🎂🍩🍦🍷🍺☕🫖🍵🍾🥂"
PLACES: Final = "🌍🗺🧭🌋🏕🏖🏝🏟🏛🧱🪨🪵🛖🏠🏡🏢🏥🏦🏨🏫🏭🏯🏰💒🗼🗽⛪🕌🛕⛩⛲⛺🎡🎢🎪🎠🌉🚏🚦🛑🚧🪦⛽"
VEHICLES: Final = "🚂🚃🚄🚇🚋🚌🚐🚑🚒🚓🚕🚗🚙🛻🚚🚛🚜🏎🏍🛵🚲🛴🛹⚓🛟⛵🛶🚤🛳⛴🚢✈🛩🪂🚁🛰🚀🛸🛷"
SKY: Final = "🌕🌙☀🪐⭐🌠☁🌪🌈☂⛱⚡❄☃☄🔥💧🌊🎆🎈"
PEOPLE: Final = "👻👽🤖🧜🧚🧞🤡👹🗿🏇⛷🏂🏄🚣🏊🚴🤺🤸🧗🛌🛀🧸"
THINGS: Final = (
    "⌛⌚⏰🕰🎁🏆⚽🏀🏈🎾🎳🥊🎣🎯🪁🔮🪄🎮🎲🧩♟🎭🖼🎨🧶👓🕶👕👖🧥👗👘👜🎒👞👟👠👢👑👒🎩🎓🧢🪖⛑💍💎"
    "📯🔔🎵🎤🎧📻🎷🎺🪗🎸🎹🎻🪕🥁📱☎💻🖥🖨💾🎥📽🎬📺📷🔍🕯💡🔦🏮📖📚📜📰🪙💰✉📦📫✏🖋🖌📝💼📅📌✂"
    "🔒🔑🗝🔨🪓⛏🗡⚔💣🪃🏹🛡🪚🔧⚙🧲🪜⚖⛓⚗🧪🧬🔬🔭📡💉💊🩺🚪🪞🪟🛏🛋🪑🛁🧹🧺🪣🧯🛒🚬⚰⚱🧳🔫🛎🏺🍽🔪🎰🚩🏁"
)
GLYPHS: Final = ANIMALS + PLANTS_AND_FOOD + PLACES + VEHICLES + SKY + PEOPLE + THINGS

SYNONYMS: Final[dict[str, str]] = {
    "🐺": "wolf coyote jackal husky",
    "🦊": "fox vixen",
    "🐈": "cat kitten",
    "🐕": "dog puppy hound retriever shepherd terrier",
    "🐎": "horse stallion mare pony mustang foal",
    "🐻": "bear grizzly cub",
    "🦁": "lion lioness",
    "🐅": "tiger tigress",
    "🐆": "leopard cheetah jaguar panther cougar puma",
    "🦌": "deer stag doe elk reindeer moose antelope gazelle",
    "🐂": "ox bull",
    "🦬": "bison buffalo",
    "🐄": "cow calf cattle",
    "🐖": "pig piglet hog",
    "🐑": "sheep lamb ewe",
    "🐐": "goat",
    "🐁": "mouse",
    "🐇": "rabbit bunny hare",
    "🐿": "chipmunk squirrel",
    "🐦": "bird robin sparrow crow raven seagull gull starling swallow blackbird",
    "🕊": "dove pigeon",
    "🦅": "eagle hawk falcon vulture kite",
    "🐓": "rooster cockerel",
    "🐔": "chicken hen",
    "🐤": "chick duckling",
    "🦢": "swan goose",
    "🐍": "snake serpent viper cobra",
    "🐉": "dragon wyvern",
    "🦖": "dinosaur tyrannosaurus raptor t-rex",
    "🦕": "sauropod brontosaurus",
    "🐋": "whale orca",
    "🐟": "fish trout salmon carp",
    "🐝": "bee honeybee wasp hornet bumblebee",
    "🪲": "beetle insect scarab",
    "🕷": "spider tarantula",
    "🐊": "crocodile alligator",
    "🐢": "turtle tortoise",
    "🐒": "monkey ape chimpanzee",
    "🦎": "lizard gecko chameleon",
    "🌲": "pine fir spruce conifer evergreen",
    "🌳": "tree oak elm maple willow",
    "🌴": "palm",
    "🌻": "sunflower",
    "🌼": "flower daisy blossom",
    "🌹": "rose",
    "💐": "bouquet flowers",
    "🍂": "leaf leaves",
    "🍄": "mushroom toadstool",
    "🍷": "wine",
    "🍺": "beer ale pint",
    "☕": "coffee cup mug",
    "🍵": "tea bowl",
    "🍞": "bread loaf",
    "🎂": "cake",
    "🍲": "stew soup pot",
    "🍽": "dinner plate meal",
    "🏠": "house home cottage cabin bungalow farmhouse",
    "🏡": "garden villa",
    "🛖": "hut shack barn",
    "🏢": "office skyscraper tower building apartment",
    "🏛": "temple courthouse museum parliament",
    "🏰": "castle fortress palace citadel",
    "🏯": "pagoda",
    "⛪": "church chapel cathedral",
    "🏭": "factory plant mill",
    "🏨": "hotel motel inn",
    "⛺": "tent camp",
    "🏕": "campsite camping",
    "🎪": "circus",
    "🌉": "bridge",
    "🪨": "rock boulder stone",
    "🪵": "log wood timber",
    "🪦": "grave headstone tombstone gravestone",
    "🗿": "statue monolith sculpture",
    "🚂": "locomotive train steam-train",
    "🚄": "bullet-train express",
    "🚇": "metro subway",
    "🚋": "tram streetcar",
    "🚌": "bus coach",
    "🚐": "van minibus",
    "🚗": "car automobile sedan",
    "🚙": "jeep suv",
    "🚚": "truck lorry",
    "🏎": "racecar",
    "🏍": "motorcycle motorbike",
    "🛵": "scooter moped vespa",
    "🚲": "bicycle bike",
    "⛵": "sailboat boat yacht sail sailing-ship galleon schooner",
    "🛶": "canoe kayak",
    "🚣": "rowboat rowing",
    "🚤": "speedboat motorboat",
    "🚢": "ship liner freighter vessel steamer",
    "✈": "airplane plane aircraft jet airliner",
    "🛩": "biplane propeller-plane",
    "🚁": "helicopter chopper",
    "🚀": "rocket spaceship starship spacecraft",
    "🛸": "ufo saucer flying-saucer",
    "🛰": "satellite",
    "🎈": "balloon",
    "🌕": "full-moon",
    "🌙": "crescent",
    "🪐": "planet saturn",
    "☄": "comet meteor asteroid",
    "🔥": "fire flame flames bonfire campfire blaze",
    "🌊": "wave",
    "☃": "snowman",
    "⚡": "lightning",
    "🌪": "tornado twister",
    "☂": "umbrella parasol",
    "👻": "ghost spirit phantom spectre",
    "👽": "alien extraterrestrial martian",
    "🤖": "robot android droid cyborg",
    "🧜": "mermaid merman merperson",
    "🧚": "fairy pixie",
    "🧞": "genie djinn",
    "🤡": "clown jester",
    "👹": "ogre monster demon troll",
    "🧸": "teddy toy",
    "🏇": "rider jockey horseman horsewoman",
    "⛷": "skier",
    "🏂": "snowboarder",
    "🏄": "surfer",
    "🏊": "swimmer",
    "🚴": "cyclist biker",
    "🤺": "fencer swordsman swordswoman",
    "🤸": "acrobat gymnast",
    "🧗": "climber mountaineer",
    "🛌": "sleeper",
    "🗡": "sword dagger knife blade",
    "⚔": "swords duel",
    "🔫": "gun pistol revolver",
    "🏹": "bow",
    "🔪": "cleaver",
    "🛡": "shield",
    "🔮": "crystal-ball orb",
    "🪄": "wand",
    "🕯": "candle",
    "🏮": "lantern",
    "💡": "lamp bulb",
    "🔦": "flashlight torch",
    "📱": "phone smartphone",
    "☎": "telephone",
    "💻": "laptop computer",
    "🖥": "monitor screen",
    "📺": "television tv",
    "📷": "camera",
    "🎥": "film-camera",
    "📖": "book diary journal",
    "📚": "books library",
    "📜": "scroll parchment manuscript",
    "✉": "letter envelope",
    "📦": "box package parcel crate",
    "🧳": "suitcase luggage",
    "💼": "briefcase",
    "👜": "bag handbag purse",
    "🔑": "key",
    "🚪": "door doorway gate",
    "🪟": "window",
    "🪞": "mirror",
    "🛏": "bed",
    "🛋": "sofa couch armchair",
    "🪑": "chair",
    "🛁": "bathtub bath",
    "🕰": "clock",
    "⌚": "watch",
    "⌛": "hourglass",
    "💰": "money treasure gold",
    "💎": "diamond gem jewel crystal",
    "💍": "ring",
    "👑": "crown",
    "🎻": "violin fiddle cello",
    "🎹": "piano keyboard",
    "🥁": "drum drums",
    "🎷": "saxophone",
    "🎤": "microphone",
    "🏆": "trophy",
    "⚽": "ball football soccer",
    "🪁": "paper-kite",
    "⚰": "coffin casket",
    "🏺": "vase urn amphora",
    "🩺": "stethoscope",
    "🚩": "flag banner",
    "🔭": "telescope",
    "👓": "glasses spectacles",
    "🔍": "magnifying-glass",
    "🗺": "map",
    "🧭": "compass",
    "⚓": "anchor",
    "🛷": "sled sleigh",
    "🗼": "eiffel-tower radio-tower",
    "🚬": "cigarette",
    "🎭": "mask theatre",
    "🎠": "carousel",
    "🎡": "ferris-wheel",
    "🎢": "rollercoaster roller-coaster",
    "🖼": "painting portrait picture",
}
"""Words that the picture's own name does not have. The first picture that has a word keeps it."""

NOT_NOUNS: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "animal",
        "face",
        "of",
        "on",
        "in",
        "with",
        "the",
        "front",
        "red",
        "black",
        "white",
        "old",
        "small",
        "high",
        "fast",
        "big",
        "open",
        "closed",
        "light",
        "hot",
        "cold",
        "hand",
        "person",
        "people",
        "man",
        "woman",
        "running",
        "walking",
        "standing",
        "back",
        "head",
        "full",
        "new",
        "flying",
        "speed",
        "speedometer",
        "race",
        "racing",
        "shooting",
        "desert",
        "sun",
        "star",
        "sky",
        "cloud",
        "rain",
        "snow",
        "national",
        "park",
        "mountain",
        "ocean",
        "river",
        "night",
        "city",
        "day",
        "field",
        "hit",
        "top",
        "right",
        "left",
        "love",
        "done",
        "handle",
        "ground",
        "board",
        "game",
        "machine",
        "food",
        "disk",
        "mask",
        "cream",
        "glass",
        "arts",
        "horn",
    ]
)

LETTERING: Final = "patrick-hand"
TIMECODE: Final = "0123456789:;"
SANS_RANGES: Final = (
    (0x20, 0x7F),
    (0xA0, 0x180),
    (0x370, 0x400),
    (0x400, 0x460),
    (0x5D0, 0x5EB),
    (0x60C, 0x60D),
    (0x61B, 0x66B),
    (0x2010, 0x2027),
)


def main() -> None:
    """Read the sources named on the command line and write the data folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("node_modules", type=Path)
    parser.add_argument("dejavu", type=Path, help="folder with DejaVuSans.ttf and DejaVuSansMono-Bold.ttf")
    options = parser.parse_args()
    DATA.mkdir(parents=True, exist_ok=True)
    fontsource = options.node_modules / "@fontsource"
    noto = fontsource / "noto-emoji"
    _subset(noto / "files" / "noto-emoji-emoji-300-normal.woff2", (ord(glyph) for glyph in GLYPHS), DATA / "glyphs.ttf")
    shutil.copyfile(noto / "LICENSE", DATA / "glyphs.LICENSE.txt")
    _hand(fontsource / LETTERING, DATA / "hand.ttf")
    shutil.copyfile(fontsource / LETTERING / "LICENSE", DATA / "hand.LICENSE.txt")
    _subset(options.dejavu / "DejaVuSans.ttf", (code for low, high in SANS_RANGES for code in range(low, high)), DATA / "sans.ttf")
    _subset(options.dejavu / "DejaVuSansMono-Bold.ttf", map(ord, TIMECODE), DATA / "mono.ttf")
    shutil.copyfile(options.node_modules / "emojibase-data" / "LICENSE", DATA / "words.LICENSE.txt")
    entries = json.loads((options.node_modules / "emojibase-data" / "en" / "data.json").read_text("utf-8"))
    words = word_table(entries)
    (DATA / "coverage.json").write_text(
        json.dumps({name: coverage(DATA / f"{name}.ttf") for name in ("hand", "sans", "glyphs")}) + "\n", "utf-8"
    )
    lines = ",\n".join(f"{json.dumps(word)}: {json.dumps(words[word], ensure_ascii=False)}" for word in sorted(words))
    (DATA / "words.json").write_text("{\n" + lines + "\n}\n", "utf-8")


def word_table(entries: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return word or ``two-words`` → glyph: our synonyms first, then names, then keywords that mean one picture only."""
    kept = {entry["emoji"].removesuffix("\ufe0f"): entry for entry in entries if entry["emoji"].removesuffix("\ufe0f") in GLYPHS}
    table: dict[str, str] = {}
    for glyph, words in SYNONYMS.items():
        for word in words.split():
            table.setdefault(word, glyph)
    for glyph, entry in kept.items():
        name = _words(entry["label"])
        table.setdefault("-".join(name), glyph)
        if name[-1] not in NOT_NOUNS:
            table.setdefault(name[-1], glyph)
    counts = Counter(tag for entry in kept.values() for tag in set(entry.get("tags", ())))
    for glyph, entry in kept.items():
        for tag in entry.get("tags", ()):
            if counts[tag] == 1 and re.fullmatch(r"[a-z]{3,}", tag) and tag not in NOT_NOUNS and tag in KEYWORDS:
                table.setdefault(tag, glyph)
    return table


KEYWORDS: Final = frozenset(
    [
        "rodent",
        "simian",
        "primate",
        "feline",
        "poodle",
        "stinger",
        "bug",
        "arachnid",
        "chalet",
        "jail",
        "bank",
        "school",
        "hospital",
        "mosque",
        "synagogue",
        "shrine",
        "fountain",
        "stadium",
        "volcano",
        "island",
        "beach",
        "igloo",
        "ambulance",
        "tractor",
        "taxi",
        "skateboard",
        "parachute",
        "rainbow",
        "fireworks",
        "basketball",
        "tennis",
        "bowling",
        "chess",
        "dice",
        "guitar",
        "trumpet",
        "banjo",
        "accordion",
        "headphones",
        "radio",
        "printer",
        "projector",
        "newspaper",
        "pencil",
        "pen",
        "paintbrush",
        "scissors",
        "lock",
        "hammer",
        "axe",
        "pickaxe",
        "bomb",
        "boomerang",
        "saw",
        "wrench",
        "gear",
        "magnet",
        "ladder",
        "chain",
        "microscope",
        "antenna",
        "syringe",
        "pill",
        "broom",
        "basket",
        "bucket",
        "extinguisher",
        "hat",
        "cap",
        "helmet",
        "glasses",
        "sunglasses",
        "shirt",
        "jeans",
        "coat",
        "dress",
        "kimono",
        "backpack",
        "shoe",
        "sneaker",
        "heel",
        "boot",
        "necklace",
        "pumpkin",
        "apple",
        "orange",
        "lemon",
        "banana",
        "strawberry",
        "grape",
        "watermelon",
        "carrot",
        "corn",
        "cheese",
        "burger",
        "pizza",
        "egg",
        "donut",
        "icecream",
        "champagne",
    ]
)


def coverage(path: Path) -> list[list[int]]:
    """Return the code points of a font as ranges ``[first, last]``: drawing must know what it cannot draw."""
    ranges: list[list[int]] = []
    for code in sorted(TTFont(path).getBestCmap()):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def _words(label: str) -> list[str]:
    return re.findall(r"[a-z]+", label.lower())


def _subset(source: Path, codes: Iterable[int], target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False)
    _keep(font, codes)
    font.save(target)


def _hand(package: Path, target: Path) -> None:
    """Join the Latin and the extended Latin file of a handwriting font into one."""
    parts, created = [], 0
    for name in ("latin", "latin-ext"):
        font = TTFont(package / "files" / f"{LETTERING}-{name}-400-normal.woff2", recalcTimestamp=False)
        _keep(font, range(0x20, 0x250))
        created = font["head"].created
        stream = io.BytesIO()
        font.save(stream)
        stream.seek(0)
        parts.append(stream)
    font = Merger().merge(parts)
    font.recalcTimestamp = False  # the same sources make the same bytes
    font["head"].modified = font["head"].created = created
    font.save(target)


def _keep(font: TTFont, codes: Iterable[int]) -> None:
    """Reduce a font to code points: no hinting, no colour, only what shaping needs."""
    font.flavor = None
    options = Options(hinting=False, desubroutinize=True, name_IDs=[0, 1, 2, 13, 14], notdef_outline=True, glyph_names=False)
    options.layout_features = ["ccmp", "init", "medi", "fina", "isol", "liga", "rlig", "mark", "mkmk", "kern"]
    options.drop_tables += ["GSUB", "GPOS", "GDEF"] if "emoji" in (font["name"].getDebugName(1) or "").lower() else []
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=set(codes))
    subsetter.subset(font)


if __name__ == "__main__":
    main()
