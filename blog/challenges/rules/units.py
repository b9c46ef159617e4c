"""Units of measurement that are the same everywhere, and how many of one are another.

Left out on purpose: what has several sizes ("pond", "ons", "cent"), and anything between money of different countries
or between degrees. UNCONVERTED has those of which we know that they are units: a number of them is a person's. Degrees
of one scale are compared with degrees of that scale alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: only those of one `dimension` can be compared. `factor`: how many of the smallest it is."""

    code: str
    dimension: str
    factor: Fraction


DEGREE = "degree"
"""Degrees without a scale: whoever writes so means the scale that was asked for."""

_LINES = """
length mm 1/1000 mm millimeter millimeters millimetre millimetres
length cm 1/100 cm centimeter centimeters centimetre centimetres
length dm 1/10 dm decimeter decimeters
length m 1 m meter meters metre metres mtr
length km 1000 km kilometer kilometers kilometre kilometres
length in 254/10000 inch inches
length ft 3048/10000 ft foot feet voet
length yd 9144/10000 yd yard yards
length mi 1609344/1000 mi mile miles mijl mijlen
mass mg 1/1000 mg milligram milligrams
mass g 1 g gr gram grams grammes
mass kg 1000 kg kilo kilos kilogram kilograms
mass t 1000000 ton tonnes tonne
mass lb 45359237/100000 lb lbs
volume ml 1/1000 ml milliliter milliliters millilitre millilitres
volume cl 1/100 cl centiliter centiliters centilitre centilitres
volume dl 1/10 dl deciliter deciliters decilitre decilitres
volume l 1 l liter liters litre litres
volume m3 1000 m+3 m+^+3 kubieke+meter cubic+metres cubic+meters cubic+metre cubic+meter
area cm2 1/10000 cm+2 cm+^+2 vierkante+centimeter square+centimetres square+centimeters
area m2 1 m+2 m+^+2 vierkante+meter square+metres square+meters square+metre square+meter
area ha 10000 ha hectare hectaren hectares
area km2 1000000 km+2 km+^+2 vierkante+kilometer square+kilometres square+kilometers square+km vierkante+km
time s 1 s sec seconde seconden second seconds
time min 60 min minuut minuten minute minutes
time h 3600 h u uur uren hour hours
time day 86400 dag dagen day days etmaal
time week 604800 week weken weeks
calendar month 1 maand maanden month months
calendar year 12 jaar jaren year years
speed m/s 3600 m+/+s meter+per+seconde metres+per+second meters+per+second
speed km/h 1000 km+/+u km+/+h km+/+uur kmh kmu kilometer+per+uur kilometres+per+hour kilometers+per+hour km+per+uur
speed mph 1609344/1000 mph miles+per+hour
share % 1 % procent percent pct
share \u2030 1/10 \u2030 promille
money-eur EUR 1 \u20ac eur euro euros
money-usd USD 1 $ usd dollar dollars
money-gbp GBP 1 \u00a3 gbp
celsius C 1 c celsius graden+celsius graden+c degrees+celsius degrees+c \u00b0+c
fahrenheit F 1 f fahrenheit graden+fahrenheit degrees+fahrenheit degrees+f \u00b0+f
kelvin K 1 kelvin
degree degree 1 \u00b0 graden graad degree degrees
"""
UNCONVERTED = frozenset(
    (
        "cent cents ct cts eurocent pond ponden pound pounds onsen ounce ounces oz gulden guldens frank franken "
        "franc francs chf yen yuan jpy cny roebel roebels kroon kronen penny pence pennies stuiver stuivers dubbeltje "
        "dubbeltjes kwartje kwartjes daalder tientje tientjes mille ton tonnen \u00a5 \u00a2 nm micrometer micrometers "
        "nanometer nanometers microgram angstrom hm dam hectometer decameter zeemijl zeemijlen knoop knopen knots "
        "lichtjaar lichtjaren lightyear lightyears parsec parsecs au ae kt kiloton kilotons megaton centenaar stone "
        "stones grain karaat carat carats hl hectoliter hectoliters gallon gallons pint pints barrel barrels vat vaten "
        "eetlepel theelepel cc acre acres kwartier kwartieren decennium decennia eeuw eeuwen century centuries "
        "decade decades fortnight ms milliseconde milliseconden millisecond milliseconds seizoen rad radialen radians "
        "ppm basispunten bp kmph kn mach"
    ).split()
)
"""Units that are known and not converted; "ton" may be money as well."""
WORDS_AS_WELL = frozenset("in ons a are".split())
"""Units, in the same way, directly behind a number; anywhere else they are words like any other."""
MONEY = frozenset("chf jpy cny yen \u00a5 \u00a2".split())
"""Those that stand before their number."""
_LONGEST = 3
_BEFORE = frozenset("\u20ac $ \u00a3 eur usd gbp euro".split())


def _read(lines: str) -> tuple[dict[str, Unit], dict[tuple[str, ...], Unit]]:
    units: dict[str, Unit] = {}
    names: dict[tuple[str, ...], Unit] = {}
    for line in lines.strip().splitlines():
        dimension, code, factor, *written = line.split()
        units[code] = Unit(code, dimension, Fraction(factor))
        for name in written:
            names[tuple(name.split("+")) if name != "+" else ("+",)] = units[code]
    return units, names


_READ = _read(_LINES)
UNITS: Mapping[str, Unit] = _READ[0]
"""Every unit that a rule may ask for, by its code; DEGREE is none of them by itself."""
_NAMES: Mapping[tuple[str, ...], Unit] = _READ[1]


def unit_at(words: Sequence[str], at: int) -> tuple[Unit, int] | None:
    """The unit whose name begins at a place, and over how many words it goes: the longest."""
    for count in range(min(_LONGEST, len(words) - at), 0, -1):
        if unit := _NAMES.get(tuple(words[at : at + count])):
            return unit, count
    return None


def unit_before(words: Sequence[str], at: int) -> Unit | None:
    """The unit that stands before a number at a place, as those of money do."""
    return _NAMES.get((words[at - 1],)) if at and words[at - 1] in _BEFORE else None
