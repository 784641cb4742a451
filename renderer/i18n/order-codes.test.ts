import { describe, expect, it } from 'vitest';
import { codes, nextActions } from '../../shared/domain/orders/codes.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { ptBR } from './pt-BR.ts';

describe.each([
  ['en', en],
  ['pt-BR', ptBR],
  ['es', es],
] as const)('error codes of sellers in %s', (_language, texts) => {
  it('are each explained, and nothing else is', () => {
    expect(Object.keys(texts.orderCodes).toSorted()).toEqual(Object.keys(codes).toSorted());
  });
  it('are explained in sentences, each in its own', () => {
    const said = Object.values(texts.orderCodes);
    for (const text of said) expect(text).toMatch(/^[A-ZÀ-Ý].{15,}\.$/u);
    expect(new Set(said).size).toBe(said.length);
  });
  it('leave no next step unsaid', () => {
    expect(Object.keys(texts.orders.next).toSorted()).toEqual([...nextActions].toSorted());
  });
});

it('are translated', () => {
  for (const code of Object.keys(codes) as (keyof typeof codes)[]) {
    expect(ptBR.orderCodes[code], code).not.toBe(en.orderCodes[code]);
    expect(es.orderCodes[code], code).not.toBe(ptBR.orderCodes[code]);
  }
});
