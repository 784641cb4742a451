import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedRule } from '../../shared/contract/commissions.ts';
import { isPlain } from '../../shared/domain/commission/charge.ts';
import { plainRate } from './RuleForm.tsx';
import { useRate } from './state.ts';

/** A rule in words: what it is about, and what it charges. */
export function useRuleText() {
  const { t } = useTranslation('commissions');
  const rateText = useRate();
  return useMemo(() => {
    const charge = (value: ListedRule['rule']['product']): string => {
      if (value === null) return '—';
      const rate = plainRate(value);
      return rate === null
        ? t('rule.bands', { count: value.bands.length })
        : `${rateText(rate)} %${isPlain(value) ? '' : ' +'}`;
    };
    return {
      about: ({ rule: { scope }, sellerName, categoryPath, brandName }: ListedRule): string =>
        [sellerName, scope.sellerGroup, scope.sellerSkuId, categoryPath, brandName, scope.salesChannel]
          .filter((part) => part !== null)
          .join(' · ') || t('rule.everything'),
      charges: ({ rule }: ListedRule): string => `${charge(rule.product)} / ${charge(rule.freight)}`,
    };
  }, [t, rateText]);
}
