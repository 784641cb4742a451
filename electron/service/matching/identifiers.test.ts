import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gtinCheckDigit, modelCodes, normalizeGtin, normalizeModel, relateCodes } from './identifiers.ts';
import { words } from './text.ts';

const codes = (text: string): string[] =>
  modelCodes(words(text))
    .filter((code) => !code.loose)
    .map((code) => code.code);

describe('GTIN', () => {
  it.each([
    ['4006381333931', '04006381333931'],
    ['036000291452', '00036000291452'],
    ['96385074', '00000096385074'],
    ['10012345678902', '10012345678902'],
    ['400-6381 333931', '04006381333931'],
    ['0-306-40615-2', '09780306406157'],
    ['080442957X', '09780804429573'],
  ])('%s is %s', (given, normal) => expect(normalizeGtin(given)).toBe(normal));

  it.each(['4006381333932', '123', '', '00000000', '0000000000000', 'abcdefgh', '0306406153', '1'.repeat(1e6)])(
    'rejects %#',
    (given) => expect(normalizeGtin(given)).toBeNull(),
  );

  it('accepts exactly one last digit of ten', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{11}$/), (body) => {
        const valid = Array.from({ length: 10 }, (_, digit) => body + digit).filter(
          (gtin) => normalizeGtin(gtin) !== null,
        );
        expect(valid).toEqual([body + gtinCheckDigit(`0${body}`)]);
      }),
    );
  });

  it('is itself when normalised again, and does not notice leading zeros', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{10}$/), (body) => {
        const gtin = body + gtinCheckDigit(`00${body}`);
        const normal = normalizeGtin(gtin);
        expect(normal).toBe(`00${gtin}`);
        expect(normalizeGtin(normal ?? '')).toBe(normal);
        expect(normalizeGtin(`0${gtin}`)).toBe(normal);
      }),
    );
  });
});

describe('model numbers', () => {
  it.each([
    ['kr47wh', 'KR47WH'],
    ['KR-47 WH', 'KR47WH'],
    ['ktv-rma/b', 'KTVRMAB'],
    ['Ação-12', 'ACAO12'],
    ['', ''],
  ])('%s is %s', (given, normal) => expect(normalizeModel(given)).toBe(normal));

  it('finds them in titles', () => {
    expect(codes('Norvik EtherLine 8-Port 10/100 Switch QNX88W')).toEqual(['QNX88W']);
    expect(codes('Sonique turntable TBLR420K belt drive 33-1/3 rpm')).toEqual(['TBLR420K']);
    expect(codes('Talgear VD-K83T portable dvd')).toContain('VDK83T');
    expect(codes('Pixora case 4417c003 6934')).toEqual(['4417C003', '6934']);
    expect(codes('garvik 020-30417 -02 case')).toContain('0203041702');
  });

  it('leaves measures, years, ranges and ordinals alone', () => {
    expect(codes('HD 120gb 46in 1080p 100W 8-port 5400rpm 2008 18-55mm 4th-6th 46" 1.5 litros')).toEqual([]);
  });

  it('puts "kh 240" together, loosely', () => {
    const found = modelCodes(words('sonique kh 240 headphone'));
    expect(found).toEqual([{ code: 'KH240', start: 8, end: 14, loose: true, mixed: true }]);
  });

  it.each([
    ['QNX88W', 'QNX88W', 'same'],
    ['RTV774', 'RTV774BK', 'extends'],
    ['RTV774BL', 'RTV774BK', 'extends'],
    ['PMK846BF', 'PMK846BK', 'extends'],
    ['QNX88W', 'QNX55W', 'rival'],
    ['LT307', 'LT3078', 'rival'],
    ['0724C003', 'HJ61', 'other'],
  ] as const)('%s and %s: %s', (a, b, relation) => {
    expect(relateCodes(a, b)).toBe(relation);
    expect(relateCodes(b, a)).toBe(relation);
  });

  it('relates codes the same both ways', () => {
    const code = fc.stringMatching(/^[A-C0-2]{1,8}$/);
    fc.assert(
      fc.property(code, code, (a, b) => {
        expect(relateCodes(a, b)).toBe(relateCodes(b, a));
      }),
    );
  });

  it('ignores how a code is written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[A-Z0-9]{1,4}$/), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('-', ' ', '/', '.', '_', ''),
        (parts, separator) => {
          expect(normalizeModel(parts.join(separator).toLowerCase())).toBe(parts.join(''));
        },
      ),
    );
  });
});
