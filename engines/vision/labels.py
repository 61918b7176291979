"""The thousand things that ImageNet's classes name, as people call them.

The classes are the synsets of the ILSVRC 2012 challenge (Russakovsky et al., "ImageNet Large Scale
Visual Recognition Challenge", IJCV 115, 2015), in its order. The words go back to WordNet's lemmas
(WordNet 3.0, Princeton University, free to use with this credit), respelt so that they can stand
after "a picture of": a class that names a person is called by what is seen around one, because
the challenge knows only a bridegroom, a ballplayer and a diver, and takes others for these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engines.kinds import Samples

_WORDS = (
    "tench|goldfish|great white shark|tiger shark|hammerhead shark|electric ray|stingray|"
    "rooster|hen|ostrich|brambling|goldfinch|house finch|junco bird|indigo bunting|robin|"
    "bulbul|jay bird|magpie|chickadee|dipper bird|kite (a bird of prey)|bald eagle|vulture|"
    "owl|European fire salamander|newt|eft (a young newt)|spotted salamander|axolotl|"
    "bullfrog|tree frog|tailed frog|loggerhead turtle|leatherback turtle|mud turtle|terrapin|"
    "box turtle|banded gecko|common iguana|green anole lizard|whiptail lizard|agama lizard|"
    "frilled lizard|alligator lizard|Gila monster|green lizard|African chameleon|"
    "Komodo dragon|African crocodile|American alligator|triceratops|worm snake|ringneck snake|"
    "hognose snake|green snake|king snake|garter snake|water snake|vine snake|night snake|"
    "boa constrictor|rock python|Indian cobra|green mamba|sea snake|horned viper|"
    "diamondback rattlesnake|sidewinder snake|trilobite|harvestman (daddy longlegs)|scorpion|"
    "garden spider|barn spider|cross spider|black widow|tarantula|wolf spider|tick|"
    "centipede|black grouse|ptarmigan|ruffed grouse|prairie chicken|peacock|quail|partridge|"
    "grey parrot|macaw|cockatoo|lorikeet|coucal bird|bee eater|hornbill|hummingbird|"
    "jacamar bird|toucan|duck|merganser|goose|black swan|tusked animal|echidna|platypus|"
    "wallaby|koala|wombat|jellyfish|sea anemone|brain coral|flatworm|nematode|conch shell|"
    "snail|slug|sea slug|chiton (a mollusc)|nautilus|Dungeness crab|rock crab|fiddler crab|"
    "king crab|lobster|spiny lobster|crayfish|hermit crab|woodlouse|white stork|black stork|"
    "spoonbill|flamingo|heron|egret|bittern|crane|limpkin bird|moorhen|coot|bustard|"
    "turnstone bird|sandpiper|redshank bird|dowitcher bird|oystercatcher|pelican|"
    "king penguin|albatross|grey whale|killer whale|dugong|sea lion|Chihuahua|"
    "Japanese spaniel|Maltese dog|Pekinese|Shih-Tzu|Blenheim spaniel|papillon dog|"
    "toy terrier|Rhodesian ridgeback|Afghan hound|basset hound|beagle|bloodhound|"
    "bluetick coonhound|black-and-tan coonhound|Walker hound|English foxhound|"
    "redbone coonhound|borzoi|Irish wolfhound|Italian greyhound|whippet|Ibizan hound|"
    "Norwegian elkhound|otterhound|saluki dog|Scottish deerhound|Weimaraner|"
    "Staffordshire bullterrier|American Staffordshire terrier|Bedlington terrier|Border terrier|"
    "Kerry blue terrier|Irish terrier|Norfolk terrier|Norwich terrier|Yorkshire terrier|"
    "wire-haired fox terrier|Lakeland terrier|Sealyham terrier|Airedale terrier|cairn terrier|"
    "Australian terrier|Dandie Dinmont terrier|Boston terrier|miniature schnauzer|"
    "giant schnauzer|standard schnauzer|Scottish terrier|Tibetan terrier|silky terrier|"
    "soft-coated wheaten terrier|West Highland white terrier|Lhasa apso|flat-coated retriever|"
    "curly-coated retriever|golden retriever|Labrador retriever|Chesapeake Bay retriever|"
    "German short-haired pointer|vizsla dog|English setter|Irish setter|Gordon setter|"
    "Brittany spaniel|Clumber spaniel|English springer spaniel|Welsh springer spaniel|"
    "cocker spaniel|Sussex spaniel|Irish water spaniel|kuvasz dog|schipperke dog|"
    "Groenendael shepherd dog|Malinois shepherd dog|briard dog|kelpie dog|komondor dog|"
    "Old English sheepdog|Shetland sheepdog|collie|Border collie|Bouvier des Flandres dog|"
    "Rottweiler|German shepherd|Doberman|miniature pinscher|Greater Swiss Mountain dog|"
    "Bernese mountain dog|Appenzeller mountain dog|Entlebucher mountain dog|boxer dog|"
    "bullmastiff|Tibetan mastiff|French bulldog|Great Dane|Saint Bernard|Eskimo dog|"
    "Alaskan malamute|Siberian husky|Dalmatian dog|affenpinscher|basenji dog|pug dog|"
    "Leonberger dog|Newfoundland dog|Pyrenean mountain dog|Samoyed dog|Pomeranian dog|"
    "chow chow|keeshond|Brussels griffon|Pembroke corgi|Cardigan corgi|toy poodle|"
    "miniature poodle|standard poodle|Mexican hairless dog|timber wolf|white wolf|red wolf|"
    "coyote|dingo|dhole|African wild dog|hyena|red fox|kit fox|Arctic fox|grey fox|"
    "tabby cat|striped cat|Persian cat|Siamese cat|Egyptian Mau cat|cougar|lynx|leopard|"
    "snow leopard|jaguar|lion|tiger|cheetah|brown bear|black bear|polar bear|sloth bear|"
    "mongoose|meerkat|tiger beetle|ladybird|ground beetle|long-horned beetle|leaf beetle|"
    "dung beetle|rhinoceros beetle|weevil|fly|bee|ant|grasshopper|cricket|stick insect|"
    "cockroach|mantis|cicada|leafhopper|lacewing|dragonfly|damselfly|red admiral butterfly|"
    "ringlet butterfly|monarch butterfly|cabbage white butterfly|sulphur butterfly|"
    "blue butterfly|starfish|sea urchin|sea cucumber|wild rabbit|hare|Angora rabbit|hamster|"
    "porcupine|fox squirrel|marmot|beaver|guinea pig|brown horse|zebra|pig|wild boar|"
    "warthog|hippopotamus|ox|water buffalo|bison|ram|bighorn sheep|ibex|hartebeest|impala|"
    "gazelle|camel|llama|weasel|mink|polecat|black-footed ferret|otter|skunk|badger|"
    "armadillo|three-toed sloth|orangutan|gorilla|chimpanzee|gibbon|siamang|guenon monkey|"
    "patas monkey|baboon|macaque|langur monkey|colobus monkey|proboscis monkey|marmoset|"
    "capuchin monkey|howler monkey|titi monkey|spider monkey|squirrel monkey|"
    "ring-tailed lemur|indri lemur|Indian elephant|African elephant|red panda|giant panda|"
    "snoek fish|eel|coho salmon|rock beauty angelfish|clownfish|sturgeon|gar fish|lionfish|"
    "pufferfish|abacus|abaya|academic gown|accordion|acoustic guitar|aircraft carrier|"
    "airliner|airship|altar|ambulance|amphibious vehicle|clock|row of beehives|apron|"
    "dustbin|assault rifle|backpack|bakery|balance beam|balloon|ballpoint pen|"
    "sticking plaster|banjo|banister|barbell|barber's chair|barber's shop|barn|barometer|"
    "barrel|wheelbarrow|baseball|basketball|bassinet|bassoon|swimming cap|bath towel|"
    "bathtub|estate car|lighthouse|beaker|bearskin hat|beer bottle|beer glass|bell tower|"
    "bib|tandem bicycle|bikini|ring binder|pair of binoculars|birdhouse|boathouse|bobsleigh|"
    "bolo tie|bonnet|bookcase|bookshop|bottle cap|bow (for arrows)|bow tie|brass plaque|"
    "bra|breakwater|breastplate|broom|bucket|buckle|bulletproof vest|bullet train|"
    "butcher's shop|taxi|cauldron|candle|cannon|canoe|can opener|cardigan|car's mirror|"
    "carousel|tool kit|carton|car's wheel|cash machine|cassette|cassette player|castle|"
    "catamaran|CD player|cello|mobile phone|chain|wire fence|piece of chain mail|chainsaw|"
    "chest|chest of drawers|wind chime|china cabinet|Christmas stocking|church|cinema|"
    "cleaver|cliff dwelling|cloak|clog|cocktail shaker|coffee mug|coffeepot|coil|"
    "combination lock|computer keyboard|sweet shop|container ship|convertible|corkscrew|"
    "cornet (a brass instrument)|cowboy boot|cowboy hat|cradle|construction crane|"
    "crash helmet|crate|crib|slow cooker|croquet ball|crutch|suit of armour|dam|desk|"
    "desktop computer|telephone with a dial|nappy|digital clock|digital watch|dining table|"
    "dishcloth|dishwasher|disc brake|dock|dog sled|dome|doormat|drilling platform|drum|"
    "drumstick|dumbbell|Dutch oven|electric fan|electric guitar|electric locomotive|"
    "television cabinet|envelope|espresso maker|box of face powder|feather boa|filing cabinet|"
    "fireboat|fire engine|fire screen|flagpole|flute|folding chair|football helmet|forklift|"
    "fountain|fountain pen|four-poster|freight car|French horn|frying pan|fur coat|"
    "rubbish truck|gas mask|petrol pump|goblet|go-kart|golf ball|golf cart|gondola|gong|"
    "gown|grand piano|greenhouse|grille|grocer's shop|guillotine|hair slide|"
    "can of hair spray|half-track vehicle|hammer|hamper|hair dryer|handheld computer|"
    "handkerchief|hard disk|harmonica|harp|harvester|hatchet|holster|home cinema|honeycomb|"
    "hook|hoopskirt|high bar|horse cart|hourglass|iPod|clothes iron|jack-o'-lantern|"
    "pair of jeans|jeep|T-shirt|jigsaw puzzle|rickshaw|joystick|kimono|knee pad|knot|"
    "white coat|ladle|lampshade|laptop|lawn mower|lens cap|letter opener|library|lifeboat|"
    "lighter|limousine|ocean liner|lipstick|loafer shoe|bottle of lotion|loudspeaker|"
    "magnifying glass|sawmill|compass|mailbag|mailbox|one-piece swimsuit|swimsuit|"
    "manhole cover|maraca|marimba|mask|match|maypole|maze|measuring cup|medicine chest|"
    "megalith|microphone|microwave|military uniform|milk churn|minibus|miniskirt|minivan|"
    "missile|mitten|mixing bowl|mobile home|vintage car|modem|monastery|computer screen|"
    "moped|mortar (for grinding)|mortarboard|mosque|mosquito net|motor scooter|mountain bike|"
    "mountain tent|computer mouse|mousetrap|removal van|muzzle|nail|neck brace|necklace|"
    "teat of a baby bottle|notebook computer|obelisk|oboe|ocarina|odometer|oil filter|"
    "pipe organ|oscilloscope|overskirt|oxcart|oxygen mask|packet|paddle|paddlewheel|"
    "padlock|paintbrush|pair of pyjamas|palace|panpipe|roll of paper towel|parachute|"
    "set of parallel bars|park bench|parking meter|railway carriage|patio|payphone|pedestal|"
    "pencil box|pencil sharpener|bottle of perfume|Petri dish|photocopier|plectrum|"
    "pickelhaube|picket fence|pickup truck|pier|piggy bank|pill bottle|pillow|"
    "ping-pong ball|pinwheel|pirate ship|jug|carpenter's plane|planetarium|plastic bag|"
    "plate rack|plough|plunger|instant camera|pole|police van|poncho|pool table|"
    "soda bottle|flowerpot|potter's wheel|power drill|prayer rug|printer|prison|projectile|"
    "projector|ice hockey puck|punching bag|purse|quill pen|quilt|racing car|tennis racket|"
    "radiator|radio|radio telescope|rain barrel|recreational vehicle|reel|camera|"
    "refrigerator|remote control|restaurant|revolver|rifle|rocking chair|rotisserie|rubber|"
    "rugby ball|ruler|running shoe|safe|safety pin|saltshaker|sandal|sarong|saxophone|"
    "scabbard|pair of scales|school bus|schooner|scoreboard|screen|screw|screwdriver|"
    "seat belt|sewing machine|shield|shoe shop|shoji screen|shopping basket|shopping cart|"
    "shovel|shower cap|shower curtain|ski|ski mask|sleeping bag|slide rule|sliding door|"
    "slot machine|snorkel|snowmobile|snowplow|soap dispenser|soccer ball|sock|solar dish|"
    "sombrero|soup bowl|keyboard's space bar|space heater|space shuttle|spatula|speedboat|"
    "spider web|spindle|sports car|spotlight|stage|steam locomotive|steel bridge|steel drum|"
    "stethoscope|stole|stone wall|stopwatch|stove|strainer|tram|stretcher|sofa bed|stupa|"
    "submarine|suit|sundial|pair of dark glasses|pair of sunglasses|bottle of sunscreen|"
    "suspension bridge|mop|sweatshirt|pair of swimming trunks|swing|switch|syringe|"
    "table lamp|military tank|tape player|teapot|teddy bear|television|tennis ball|"
    "thatched roof|theatre curtain|thimble|thresher|throne|tile roof|toaster|tobacco shop|"
    "toilet seat|torch|totem pole|tow truck|toy shop|tractor|articulated lorry|tray|"
    "trench coat|tricycle|trimaran|tripod|triumphal arch|trolleybus|trombone|tub|turnstile|"
    "typewriter keyboard|umbrella|unicycle|upright piano|vacuum cleaner|vase|vault|"
    "piece of velvet|vending machine|priest's robe|viaduct|violin|volleyball|waffle iron|"
    "wall clock|wallet|wardrobe|warplane|washbasin|washing machine|water bottle|water jug|"
    "water tower|whisky jug|whistle|wig|window screen|window shade|necktie|wine bottle|"
    "aeroplane's wing|wok|wooden spoon|ball of wool|split-rail fence|shipwreck|sailing boat|"
    "yurt|web page|comic book|crossword puzzle|street sign|traffic light|book cover|menu|"
    "plate|bowl of guacamole|bowl of clear soup|hotpot|trifle|serving of ice cream|ice lolly|"
    "baguette|bagel|pretzel|cheeseburger|hot dog|plate of mashed potato|cabbage|"
    "head of broccoli|cauliflower|courgette|spaghetti squash|acorn squash|butternut squash|"
    "cucumber|artichoke|pepper|cardoon flower|mushroom|green apple|strawberry|orange|lemon|"
    "fig|pineapple|banana|jackfruit|custard apple|pomegranate|bale of hay|"
    "plate of carbonara|helping of chocolate sauce|piece of dough|meat loaf|pizza|pie|"
    "burrito|glass of red wine|cup of espresso|cup|glass of eggnog|mountain|bubble|cliff|"
    "coral reef|geyser|lake shore|headland|sandbar|seashore|valley|volcano|baseball game|"
    "wedding|scuba dive|field of rapeseed|daisy|lady's slipper orchid|cob of corn|acorn|"
    "rose hip|horse chestnut|coral fungus|agaric mushroom|false morel mushroom|"
    "stinkhorn mushroom|earthstar mushroom|hen-of-the-woods mushroom|bolete mushroom|"
    "ear of corn|roll of toilet paper"
)

#: What the class of each number is called, [1000].
LABELS: tuple[str, ...] = tuple(_WORDS.split("|"))

Ranges = tuple[tuple[int, int], ...]


def _each(names: str) -> Ranges:
    """Classes by their names, in which a hyphen stands for a blank too."""
    spelt = {name.replace(" ", "-"): number for number, name in enumerate(LABELS)}
    return tuple((spelt[name], spelt[name]) for name in names.split())


#: Kinds that people would say where the network wavers between breeds and makes: first and last.
_KINDS: Mapping[str, Ranges] = {
    "fish": ((0, 6), (389, 397)),
    "bird": ((7, 24), (80, 100), (127, 146)),
    "salamander": ((25, 29),),
    "frog": ((30, 32),),
    "turtle": ((33, 37),),
    "lizard": ((38, 48),),
    "crocodile": ((49, 50),),
    "snake": ((52, 68),),
    "spider": ((70, 77),),
    "crab or lobster": ((118, 125),),
    "dog": ((151, 268), (273, 275)),
    "wolf": ((269, 272),),
    "fox": ((277, 280),),
    "cat": ((281, 285),),
    "big cat": ((286, 293),),
    "bear": ((294, 297),),
    "beetle": ((300, 307),),
    "butterfly": ((321, 326),),
    "hare or rabbit": ((330, 332),),
    "antelope": ((351, 353),),
    "monkey": ((365, 382),),
    "elephant": ((101, 101), (385, 386)),
    "mushroom": ((991, 997),),
    "car": _each(
        "taxi convertible jeep limousine minivan racing-car sports-car estate-car vintage-car"
    ),
    "lorry": _each(
        "articulated-lorry rubbish-truck tow-truck removal-van pickup-truck fire-engine"
    ),
    "motorcycle": _each("moped motor-scooter"),
    "bicycle": _each("tandem-bicycle mountain-bike"),
    "train": _each(
        "bullet-train electric-locomotive steam-locomotive railway-carriage freight-car tram"
    ),
    "aircraft": _each("airliner warplane aeroplane's-wing"),
    "rocket": _each("missile projectile space-shuttle"),
    "boat": _each(
        "canoe catamaran gondola lifeboat speedboat trimaran sailing-boat schooner fireboat"
    ),
    "ship": _each("aircraft-carrier container-ship ocean-liner pirate-ship shipwreck"),
    "building": _each(
        "barn bell-tower boathouse castle church dome library monastery mosque palace planetarium"
        " prison stupa greenhouse cinema restaurant"
    ),
    "bridge": _each("steel-bridge suspension-bridge viaduct"),
    "guitar": _each("acoustic-guitar electric-guitar"),
    "piano": _each("grand-piano upright-piano"),
    "computer": _each("desktop-computer laptop notebook-computer handheld-computer"),
    "screen": _each("computer-screen screen television"),
    "cup": _each("coffee-mug cup cup-of-espresso"),
    "ball": _each(
        "baseball basketball golf-ball rugby-ball soccer-ball tennis-ball volleyball ping-pong-ball"
    ),
    "clock": _each("clock digital-clock wall-clock"),
}

#: Letters that begin a vowel in writing and a consonant in speech, or the other way round.
_CONSONANT = re.compile(r"(?:eu|uni|one\b)", re.IGNORECASE)
_VOWEL = re.compile(r"(?:[aeiou]|hour)", re.IGNORECASE)


def kinds(probabilities: Samples) -> dict[str, float]:
    """How likely each kind is by the probabilities [1000] of its classes, the likeliest first."""
    sums = {
        kind: float(sum(probabilities[first : last + 1].sum() for first, last in ranges))
        for kind, ranges in _KINDS.items()
    }
    return dict(sorted(sums.items(), key=lambda each: -each[1]))


def members(kind: str) -> Sequence[int]:
    """The numbers of the classes that are of a kind."""
    return [each for first, last in _KINDS[kind] for each in range(first, last + 1)]


def with_article(words: str) -> str:
    """The words with the indefinite article that they are spoken with."""
    vowel = _VOWEL.match(words) and not _CONSONANT.match(words)
    return f"{'an' if vowel else 'a'} {words}"
