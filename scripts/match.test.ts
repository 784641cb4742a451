import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'match-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string): string => join(folder, name);

function match(...args: string[]): { status: number | null; lines: Record<string, unknown>[]; errors: string } {
  const script = join(import.meta.dirname, 'match.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): Record<string, unknown> => JSON.parse(line));
  return { status, lines, errors: stderr };
}

beforeAll(() => {
  const colors = ['black', 'white', 'red'];
  const skus = Array.from({ length: 60 }, (_, at) => `S${at},Norvik switch ZX${100 + at}K ${colors[at % 3]},Norvik`);
  const offers = Array.from({ length: 60 }, (_, at) => `${at},norvik zx-${100 + at}k switch "8 port",`);
  writeFileSync(file('catalog.csv'), `sku,title,brand\n${skus.join('\n')}\n`);
  writeFileSync(file('offers.csv'), `id,title,brand\n${offers.map((each) => each.replaceAll('"', '')).join('\n')}\n`);
  const pairs = Array.from({ length: 60 }, (_, at) => [
    { sku: at, offer: at, label: 1 },
    { sku: (at + 1) % 60, offer: at, label: 0 },
    { sku: (at + 7) % 60, offer: at, label: 0 },
  ]).flat();
  const text = (some: typeof pairs): string =>
    `ltable_id,rtable_id,label\n${some.map(({ sku, offer, label }) => `S${sku},${offer},${label}`).join('\n')}\n`;
  writeFileSync(file('decisions.csv'), text(pairs.filter(({ offer }) => offer < 45)));
  writeFileSync(file('pairs.csv'), text(pairs.filter(({ offer }) => offer >= 45)));
});

describe('the match command', () => {
  const base = (): string[] => [
    '--catalog',
    file('catalog.csv'),
    '--offers',
    file('offers.csv'),
    '--catalog-id',
    'sku',
  ];

  it('writes a line an offer, with evidence', () => {
    const { status, lines } = match(...base(), '--top', '3');
    expect(status).toBe(0);
    expect(lines).toHaveLength(60);
    const [first] = lines.slice(5);
    expect(first?.verdict).toMatch(/^(bind|look|new)$/);
    expect(first).toMatchObject({ offerId: 5, candidates: expect.any(Array) });
    expect(JSON.stringify(first?.candidates)).toContain(
      '{"attribute":"model","offer":"zx-105k","sku":"ZX105K","effect":"agree"',
    );
    expect(first?.candidates).toMatchObject({ 0: { skuId: 'S5' } });
  });

  it('learns from decisions, judges pairs, and says how well', () => {
    const out = file('out.jsonl');
    const more = ['--decisions', file('decisions.csv'), '--pairs', file('pairs.csv'), '--out', out];
    const { status, errors } = match(...base(), ...more);
    expect(status).toBe(0);
    expect(errors).toContain('45 labelled pairs');
    expect(errors).toContain('F1 1.0000');
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(60 + 45);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ skuId: 'S6', offerId: 59, probability: expect.any(Number) });
  });

  it('names the flag or the column that is wrong', () => {
    expect(match('--catalog', file('absent.csv'))).toMatchObject({
      status: 2,
      errors: expect.stringContaining('--catalog'),
    });
    expect(match(...base().slice(0, 4))).toMatchObject({
      status: 2,
      errors: expect.stringContaining('no column "id"'),
    });
    writeFileSync(file('broken.csv'), 'id,title\n1,"unclosed\n');
    const broken = match('--catalog', file('broken.csv'), '--offers', file('offers.csv'));
    expect(broken).toMatchObject({ status: 2, errors: expect.stringContaining('broken.csv is not CSV') });
    expect(broken.errors).not.toContain('    at ');
  });
});
