import { expect, it } from 'vitest';
import { diffTerms, plainTerms, type Terms } from '../../shared/domain/agreements/terms.ts';
import { basisPointsOf, minorOf, percentText } from '../../shared/domain/exact.ts';
import { valueText, type Words } from './value-text.ts';

const words: Words = {
  rate: (value) => `${percentText(value).replace('.', ',')} %`,
  money: (value) => `R$ ${value}`,
  number: String,
  days: (value) => `${value} dias`,
  schedule: (value) => `<${value}>`,
  channel: (value) => `<${value}>`,
  yes: 'sim',
  no: 'não',
  none: '—',
};

it('writes every value that terms can have as people read it, never as the program keeps it', () => {
  const after: Terms = {
    commission: { product: basisPointsOf(1_250), freight: null },
    payout: { schedule: 'weekly', days: 5, retention: basisPointsOf(150), retentionDays: 30 },
    selection: {
      brandIds: [1, 2],
      categoryIds: null,
      requiredAttributes: ['Cor', 'Peso'],
      minimumImages: 3,
      minimumScore: 80,
    },
    support: { answerHours: 24, languages: ['pt'], channels: ['email', 'chat'] },
    delivery: {
      handlingDays: 2,
      marketplaceFulfilment: true,
      regions: [
        { region: 'PR', maximumDays: 3, maximumFreight: minorOf(1_000) },
        { region: '*', maximumDays: 9, maximumFreight: null },
      ],
    },
    scorecard: {
      ...plainTerms.scorecard,
      thresholds: {
        ...plainTerms.scorecard.thresholds,
        late: null,
        tracking: { warn: basisPointsOf(9_500), suspend: basisPointsOf(8_000) },
      },
    },
  };
  const told = Object.fromEntries(
    diffTerms(plainTerms, after).map(({ path, before, after: now }) => [
      path,
      `${valueText(path, before, words)} → ${valueText(path, now, words)}`,
    ]),
  );
  expect(told).toMatchObject({
    'commission.product': '— → 12,5 %',
    'payout.schedule': '<monthly> → <weekly>',
    'payout.days': '10 → 5',
    'payout.retention': '0 % → 1,5 %',
    'selection.brandIds': '— → 1, 2',
    'selection.requiredAttributes': '— → Cor, Peso',
    'support.channels': '— → <email>, <chat>',
    'delivery.marketplaceFulfilment': 'não → sim',
    'delivery.regions': '— → PR: 3 dias, R$ 1000; *: 9 dias',
    'scorecard.thresholds.late': '5 % / 10 % → —',
    'scorecard.thresholds.tracking.warn': '90 % → 95 %',
  });
  expect(Object.values(told).join(' ')).not.toMatch(/[{}[\]"]/);
});
