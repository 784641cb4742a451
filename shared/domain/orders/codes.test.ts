import { describe, expect, it } from 'vitest';
import { codes, meaningOf, nextActions, type SellerCode, sellerCodeOf } from './codes.ts';
import { eventTypes } from './flow.ts';

describe('the codes of sellers', () => {
  it.each([
    ['FMT007', 'FMT007'],
    ['fmt7', 'FMT007'],
    ['FMT021', 'FMT0021'],
    ['FMT0038', 'FMT0038'],
    ['the order was refused: EOI003 price divergence', 'EOI003'],
    ['SOI-001', 'SOI001'],
    ['FMT013', null],
    ['HTTP 500', null],
    [null, null],
  ])('%s is %s', (text, code) => {
    expect(sellerCodeOf(text)).toBe(code);
  });
  it('each lead to an event of the flow, or to another try, and tell what to do', () => {
    for (const code of Object.keys(codes) as SellerCode[]) {
      const { event, retry, next } = meaningOf(code);
      expect(event !== null || retry, code).toBe(true);
      if (event !== null) expect(eventTypes).toContain(event);
      expect(nextActions).toContain(next);
      expect(retry ? next === 'wait' : next !== 'wait', code).toBe(true);
    }
  });
  it('that say “it exists already” count as placed: a retry never places twice', () => {
    for (const code of ['FMT009', 'EOI007', 'SOI001'] as const) expect(meaningOf(code).event).toBe('placed');
  });
});
