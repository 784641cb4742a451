import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editions, facts, packFacts, sameValue, unpackFacts, versions } from './facts.ts';
import { fold, keyOf, nameKey, words } from './text.ts';

const texts = (source: string): string[] => words(source).map((word) => word.text);
const measured = (source: string): Record<string, number | string> =>
  Object.fromEntries(facts(words(source)).map((fact) => [fact.attribute, fact.value]));

describe('words', () => {
  it('folds accents, case, ligatures and zero-width characters', () => {
    expect(texts('Refrigerador Duplex GELADEIRA Ação Ñandú')).toEqual([
      'refrigerador',
      'duplex',
      'geladeira',
      'acao',
      'nandu',
    ]);
    expect(texts('növi 377W™ ﬁne')).toEqual(['novi', '377wtm', 'fine']);
    expect(texts('EZ\u200bXS\u00ad88W')).toEqual(['ezxs88w']);
    expect(texts('ação')).toEqual(texts('ac\u0327a\u0303o'));
  });

  it('keeps decimals and drops thousands', () => {
    expect(texts('13.6 13,6 10,000 802.11n 5,5"')).toEqual(['13.6', '13.6', '10000', '802.11n', '5.5']);
  });

  it('keeps where each word stands', () => {
    const source = 'Caf\u00e9  cr\u00e8me "XL-200" \ud83d\ude00 fim';
    expect(words(source).map((word) => source.slice(word.start, word.end))).toEqual([
      'Caf\u00e9',
      'cr\u00e8me',
      'XL',
      '200',
      '\ud83d\ude00',
      'fim',
    ]);
  });

  it('drops the plural s', () => {
    expect([keyOf('litros'), keyOf('polegadas'), keyOf('glass'), keyOf('bus')]).toEqual([
      'litro',
      'polegada',
      'glass',
      'bus',
    ]);
  });

  it('has valid ranges in order, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (source) => {
        let last = 0;
        for (const word of words(source)) {
          expect(word.start).toBeGreaterThanOrEqual(last);
          expect(word.end).toBeGreaterThanOrEqual(word.start);
          expect(word.end).toBeLessThanOrEqual(source.length);
          expect(word.text).not.toBe('');
          last = word.start;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not notice case or accents', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zà-ÿ ]{0,30}$/), (source) => {
        expect(texts(source.toUpperCase().replace(/SS/g, 'ss'))).toEqual(texts(source).map((word) => fold(word).text));
        expect(nameKey(source.normalize('NFD'))).toBe(nameKey(source));
      }),
    );
  });

  it('reads a megabyte in bounded time', () => {
    const started = performance.now();
    for (const source of [
      'a'.repeat(1e6),
      '1.'.repeat(5e5),
      '\u200b'.repeat(1e6),
      '-'.repeat(1e6),
      'a-1/'.repeat(2.5e5),
    ])
      expect(words(source).length).toBeLessThan(1000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('facts', () => {
  it.each([
    ['8 GB DDR2', { capacity: 8192 }],
    ['memória 8192MB', { capacity: 8192 }],
    ['switch 8-Port 10/100', { ports: 8 }],
    ['switch 5 portas', { ports: 5 }],
    ['TV 46 polegadas', { size: 46 }],
    ['tv 46" lcd', { size: 46 }],
    ['garrafa 1,5 litros', { volume: 1500 }],
    ['pack of 3 cartridges', { pack: 3 }],
    ['kit com 3 unidades', { pack: 3 }],
    ['geladeira 110V branca', { voltage: 110, color: 'white' }],
    ['capa preta', { color: 'black' }],
    ['5.6 cu . ft. range', { volume: 5.6 * 28316.8 }],
    ['CL-52 pack of 5', { pack: 5 }],
    ['161 in white', { color: 'white' }],
  ])('%s', (source, expected) => expect(measured(source)).toEqual(expected));

  it('compares measures with a little tolerance', () => {
    expect(sameValue(22, 21.8)).toBe(true);
    expect(sameValue(22, 23)).toBe(false);
    expect(sameValue('black', 'white')).toBe(false);
  });

  it('survives packing', () => {
    const source = 'Switch 8-Port, black; 100 watts = 2 kg';
    expect(unpackFacts(packFacts(facts(words(source)), source))).toEqual([
      { attribute: 'ports', value: 8, written: '8-Port' },
      { attribute: 'color', value: 'black', written: 'black' },
      { attribute: 'power', value: 100, written: '100 watts' },
      { attribute: 'weight', value: 2000, written: '2 kg' },
    ]);
    expect(unpackFacts('')).toEqual([]);
  });

  it('reads versions however they are written', () => {
    const read = (source: string): unknown[] => versions(words(source)).map((fact) => fact.value);
    expect(read('planner v17')).toEqual(['17']);
    expect(read('course v2 .0')).toEqual(['2']);
    expect(read('office 2007 v2.5 iii')).toEqual(['2007', '2.5', '3']);
    expect(read('drawer 8.0')).toEqual(read('drawer 8'));
    expect(read('120gb 46" 8 portas')).toEqual([]);
  });

  it('reads editions in three languages', () => {
    const read = (source: string): unknown[] => editions(words(source)).map((fact) => fact.value);
    expect(read('painter cs3 upgrade mac macintosh')).toEqual(['upgrade', 'mac']);
    expect(read('celular recondicionado')).toEqual(read('celular reacondicionado'));
  });
});
