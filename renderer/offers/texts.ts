import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferRow, Suggestion } from '../../shared/contract/offers.ts';
import { type Format, useFormat } from '../components/format.ts';
import type { Tone } from '../components/Pill.tsx';
import { offers as english } from '../i18n/en/offers.ts';

type Reason = NonNullable<OfferRow['reason']>;

function isKey<Table extends object>(table: Table, key: string): key is Extract<keyof Table, string> {
  return Object.hasOwn(table, key);
}

/** The four meanings, as tones. */
export const bandTones: Readonly<Record<NonNullable<OfferRow['band']>, Tone>> = {
  bind: 'ok',
  look: 'warn',
  conflict: 'bad',
  new: 'accent',
};

export interface OfferTexts {
  readonly format: Format;
  /** The best suggestion in words: `0.871 SKU 18807`, `model conflicts`, `new product`. */
  best(row: Pick<OfferRow, 'band' | 'score' | 'bestSkuId' | 'reason'>): string;
  /** What would settle it, as a sentence; empty when there is nothing to say. */
  settle(suggestion: Suggestion): string;
  /** The attribute that decides, and what the score would be without it; empty when no single one does. */
  turn(suggestion: Suggestion): string;
  attribute(name: string): string;
}

/** The matcher's codes in the operator's language. */
export function useOfferTexts(): OfferTexts {
  const { t } = useTranslation('offers');
  const format = useFormat();
  return useMemo(() => {
    const attribute = (name: string) =>
      isKey(english.attributes, name) ? t(`attributes.${name}`) : name.charAt(0).toUpperCase() + name.slice(1);
    /** Within a sentence: in lower case, unless it is an abbreviation. */
    const within = (name: string) => {
      const said = attribute(name);
      return said === said.toLocaleUpperCase(format.locale) ? said : said.toLocaleLowerCase(format.locale);
    };
    const valuesOf = (reason: Reason) => ({
      ...reason.values,
      ...(typeof reason.values.attribute === 'string' && {
        attribute: within(reason.values.attribute),
      }),
    });
    return {
      format,
      attribute,
      best({ band, score, bestSkuId, reason }) {
        if (band === null) return t('bands.none');
        const said = score === null ? '' : format.score(score);
        const code = reason?.code ?? '';
        if (reason && code !== 'sku' && isKey(english.best, code)) {
          return t(`best.${code}`, {
            score: said,
            skuId: '',
            attribute: '',
            productId: '',
            ...valuesOf(reason),
            ...(score !== null && { score: said }),
          });
        }
        if (bestSkuId !== null) return t('best.sku', { score: said, skuId: bestSkuId });
        return t(`bands.${band}`);
      },
      turn({ turn, score }) {
        if (!turn) return '';
        return t(turn.score > score ? 'turn.against' : 'turn.for', {
          attribute: within(turn.attribute),
          score: format.score(turn.score),
        });
      },
      settle({ settle }) {
        if (!settle || !isKey(english.settle, settle.code)) return '';
        return t(`settle.${settle.code}`, { skuId: '', offer: '', sku: '', attribute: '', ...valuesOf(settle) });
      },
    };
  }, [t, format]);
}
