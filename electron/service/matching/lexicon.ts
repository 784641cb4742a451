/**
 * Words the engine knows: stop words, units and colours in English, Portuguese and Spanish. All are written folded (lower case,
 * without accents), as `text.ts` hands them out.
 */

const list = (text: string): string[] => text.trim().split(/\s+/);

export const STOP_WORDS: ReadonlySet<string> = new Set(
  list(`a an and the of for with in on by to from at or as is it its this that your s
    de da do das dos e em no na nos nas com para por um uma uns umas o os as ao
    del la el los las y con para por un una unos unas en al su`),
);

/** A unit: which attribute it measures, and how many of that attribute's base unit it is. */
export interface Unit {
  readonly attribute: string;
  readonly factor: number;
}

const UNITS = new Map<string, Unit>();
function unit(attribute: string, factor: number, names: string): void {
  for (const name of list(names)) UNITS.set(name, { attribute, factor });
}
// Base units: megabyte, inch, centimetre, watt, volt, megahertz, millilitre, gram, piece.
unit('capacity', 1 / 1024, 'kb kbyte kbytes');
unit('capacity', 1, 'mb megabyte megabytes');
unit('capacity', 1024, 'gb gigabyte gigabytes gig');
unit('capacity', 1024 * 1024, 'tb terabyte terabytes');
unit('size', 1, 'in inch inche inches polegada polegadas pol pulgada pulgadas pulg');
unit('size', 1 / 2.54, 'cm centimetro centimetros centimeter centimeters');
unit('size', 1 / 25.4, 'mm milimetro milimetros millimeter millimeters');
unit('length', 30.48, 'ft foot feet pe pes');
unit('length', 100, 'm metro metros meter meters metre metres mt mts');
unit('power', 1, 'w watt watts');
unit('power', 1000, 'kw kilowatt kilowatts');
unit('voltage', 1, 'v volt volts vac vdc');
unit('battery', 1, 'mah');
unit('frequency', 1e-6, 'hz');
unit('frequency', 1e-3, 'khz');
unit('frequency', 1, 'mhz');
unit('frequency', 1000, 'ghz');
unit('speed', 1, 'rpm');
unit('volume', 1, 'ml mililitro mililitros milliliter milliliters');
unit('volume', 1000, 'l lt lts litro litros liter liters litre litres');
unit('volume', 29.5735, 'oz floz');
unit('volume', 946.353, 'qt quart quarts');
unit('volume', 3785.41, 'gal gallon gallons galao galon');
unit('volume', 28316.8, 'cuft');
unit('weight', 1, 'gr grs grama gramas gramo gramos gram grams');
unit('weight', 1000, 'kg kgs quilo quilos kilo kilos kilogram kilograms');
unit('weight', 453.592, 'lb lbs pound pounds libra libras');
unit('heat', 1, 'btu btus');
unit('ports', 1, 'port ports porta portas puerto puertos');
unit('channels', 1, 'channel channels ch canal canais canales');
unit('discs', 1, 'disc discs disco discos');
unit('resolution', 1, 'mp megapixel megapixels');
unit('lines', 1, '1080p 720p 1080i');
unit('users', 1, 'user users usuario usuarios lic license licenses licenca licencas');
unit(
  'pack',
  1,
  'pack packs pk pks pacote pacotes paquete paquetes unidade unidades unidad unidades und unds un pcs piece pieces peca pecas pieza piezas count ct',
);
unit('bottles', 1, 'bottle bottles garrafa garrafas botella botellas');
unit('cups', 1, 'cup cups xicara xicaras taza tazas');

function startsWithDigit(word: string): boolean {
  const code = word.charCodeAt(0);
  return code >= 48 && code <= 57;
}

const NUMBER_UNIT = /^([0-9]+(?:\.[0-9]+)?)([a-z]+)$/;

/** A number with its unit in one word ("46in", "8gb"), or null. */
export function gluedUnit(word: string): { value: number; unit: Unit } | null {
  // most words are none: telling by the first letter spares them the expression
  const parts = startsWithDigit(word) ? NUMBER_UNIT.exec(word) : null;
  if (parts === null) return null;
  const found = UNITS.get(parts[2] ?? '');
  return found === undefined ? null : { value: Number(parts[1]), unit: found };
}

/** The unit a word names, or undefined. */
export function unitOf(word: string): Unit | undefined {
  return UNITS.get(word);
}

/** Whether a word is a number with a unit, in itself or by the word after it. */
export function isMeasure(word: string, next: { readonly text: string } | undefined): boolean {
  if (!startsWithDigit(word)) return false;
  if (gluedUnit(word) !== null || /^[0-9]+[pix]$/.test(word)) return true;
  return /^[0-9.]+$/.test(word) && next !== undefined && UNITS.has(next.text);
}

const COLORS = new Map<string, string>();
function color(name: string, names: string): void {
  for (const each of list(names)) COLORS.set(each, name);
}
color('black', 'black blk preto preta pretos pretas negro negra ebony');
color('white', 'white wht branco branca brancos brancas blanco blanca');
color('silver', 'silver prata prateado prateada plata plateado plateada');
color('gray', 'gray grey cinza gris graphite grafite charcoal');
color('red', 'red vermelho vermelha rojo roja burgundy vinho');
color('blue', 'blue azul navy');
color('green', 'green verde');
color('yellow', 'yellow amarelo amarela amarillo amarilla');
color('pink', 'pink rosa');
color('purple', 'purple roxo roxa morado morada violet violeta lilas');
color('orange', 'orange laranja naranja');
color('brown', 'brown marrom marron chocolate espresso');
color('gold', 'gold dourado dourada dorado dorada ouro');
color('beige', 'beige bege almond bisque');
color('steel', 'stainless inox');
color('copper', 'copper cobre bronze');
color('titanium', 'titanium titanio');

/** The colour a folded word names, as an English key, or undefined. */
export function colorOf(word: string): string | undefined {
  return COLORS.get(word);
}

/** Words of a company's name that are not its brand. */
export const COMPANY_WORDS: ReadonlySet<string> = new Set(
  list(
    'inc incorporated ltd ltda llc corp corporation co company sa software systems system international gmbh group usa products entertainment',
  ),
);

const ROMAN = new Map([
  ['ii', 2],
  ['iii', 3],
  ['iv', 4],
  ['vi', 6],
  ['vii', 7],
  ['viii', 8],
]);

/** The value of a Roman numeral that titles use for versions (ii to viii; single letters are too ambiguous), or undefined. */
export function romanOf(word: string): number | undefined {
  return ROMAN.get(word);
}

/** Names of attributes that sellers and the marketplace give, as the engine's attribute keys. */
export const ATTRIBUTE_NAMES: ReadonlyMap<string, string> = new Map([
  ...list('color cor colour').map((name) => [name, 'color'] as const),
  ...list('voltage voltagem tensao voltaje').map((name) => [name, 'voltage'] as const),
  ...list('capacity capacidade capacidad memory memoria storage armazenamento').map(
    (name) => [name, 'capacity'] as const,
  ),
  ...list('size tamanho tamano talla screen tela pantalla').map((name) => [name, 'size'] as const),
  ...list('length comprimento largo').map((name) => [name, 'length'] as const),
  ...list('power potencia').map((name) => [name, 'power'] as const),
  ...list('ports portas puertos').map((name) => [name, 'ports'] as const),
  ...list('pack package embalagem unidades unidades quantidade cantidad quantity').map(
    (name) => [name, 'pack'] as const,
  ),
  ...list('weight peso').map((name) => [name, 'weight'] as const),
  ...list('volume volumen').map((name) => [name, 'volume'] as const),
]);

const EDITIONS = new Map<string, string>();
function edition(name: string, names: string): void {
  for (const each of list(names)) EDITIONS.set(each, name);
}
edition('upgrade', 'upgrade upgrad upgrd upg upsell atualizacao actualizacion');
edition('academic', 'academic education educational edu student school academico estudante estudiante');
edition('refurbished', 'refurbished refurb renewed recondicionado reacondicionado remanufactured remanufaturado');
edition('used', 'used usado usada seminovo openbox');
edition('compatible', 'compatible compativel generic generico');
edition('mac', 'mac macintosh macosx osx');
edition('windows', 'windows win pc');
edition('oem', 'oem');

/** The edition or condition a folded word names, as an English key, or undefined. */
export function editionOf(word: string): string | undefined {
  return EDITIONS.get(word);
}
