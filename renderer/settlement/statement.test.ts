import { expect, it } from 'vitest';
import { drawStatement } from './statement.ts';

it('draws a statement of many pages, with the texts of three languages', async () => {
  const blob = await drawStatement({
    title: 'Liquidação de Açúcar & Cia',
    subtitle: '01/11/2026 – 30/11/2026',
    totals: [['A pagar', 'R$\u00a01.234,56']],
    columns: ['Dia', 'Pedido', 'Item', 'Pago', 'Comissão', 'A pagar', 'Regra'],
    rows: Array.from({ length: 200 }, (_, n) => [
      `0${n % 9}/11`,
      `m${n}`,
      'Lâmpada',
      '10,00',
      '\u22121,00',
      '9,00',
      '10 % · v1',
    ]),
    footer: 'cada venda pelas regras do seu momento',
  });
  const bytes = Buffer.from(await blob.arrayBuffer());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(/\/Type \/Pages[^>]*\/Count (\d+)/.exec(bytes.toString('latin1'))?.[1]).toBe('4');
});
