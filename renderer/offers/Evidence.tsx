import { useTranslation } from 'react-i18next';
import type { Suggestion } from '../../shared/contract/offers.ts';
import { type OfferTexts, useOfferTexts } from './texts.ts';

type Evidence = Suggestion['evidence'][number];
type Marks = Evidence['offerMarks'];

/** A conflict by its values that, weighed, counts for the suggestion: it is named a difference, not a conflict. */
const differsOnly = ({ verdict, weight }: Evidence): boolean => verdict === 'conflicts' && weight > 0;

/** Marks in order, those with only a space between them as one. */
function joined(value: string, marks: NonNullable<Marks>): [start: number, end: number][] {
  const result: [number, number][] = [];
  for (const [start, end] of marks.toSorted(([one], [other]) => one - other)) {
    const last = result.at(-1);
    if (last && /^[\s-]?$/.test(value.slice(last[1], start))) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** The value with what agrees or conflicts in it marked. */
function Marked({ value, marks, evidence }: { value: string; marks: Marks; evidence: Evidence }) {
  const { verdict } = evidence;
  if (!marks || marks.length === 0 || (verdict !== 'agrees' && verdict !== 'conflicts')) return value;
  // a difference that does not speak against the suggestion is nothing to be warned of
  if (differsOnly(evidence)) return value;
  const parts = [];
  let at = 0;
  for (const [start, end] of joined(value, marks)) {
    if (start < at || end <= start || start >= value.length) continue;
    parts.push(value.slice(at, start));
    parts.push(
      <mark key={start} className={verdict === 'agrees' ? 'ok' : 'bad'}>
        {value.slice(start, end)}
      </mark>,
    );
    at = end;
  }
  parts.push(value.slice(at));
  return <>{parts}</>;
}

/** Prices travel as minor units; all else as it was written. */
function shown(evidence: Evidence, value: string, texts: OfferTexts, currency: string): string {
  if (evidence.attribute !== 'price' || !/^\d+$/.test(value)) return value;
  return texts.format.minor(Number(value), currency);
}

function difference(evidence: Evidence, texts: OfferTexts): string {
  const offer = Number(evidence.offerValue);
  const sku = Number(evidence.skuValue);
  if (evidence.attribute !== 'price' || !(offer > 0 && sku > 0) || offer === sku) return '';
  const fraction = offer / sku - 1;
  return ` (${fraction > 0 ? '+' : '−'}${texts.format.percent(Math.abs(fraction))})`;
}

function Values({ evidence, currency }: { evidence: Evidence; currency: string }) {
  const { t } = useTranslation('offers');
  const texts = useOfferTexts();
  const { offerValue, skuValue, verdict } = evidence;
  const offer = offerValue !== null && (
    <Marked value={shown(evidence, offerValue, texts, currency)} marks={evidence.offerMarks} evidence={evidence} />
  );
  const sku = skuValue !== null && (
    <Marked value={shown(evidence, skuValue, texts, currency)} marks={evidence.skuMarks} evidence={evidence} />
  );
  if (evidence.attribute === 'context') return <span className="tone-dim">{t('evidence.context')}</span>;
  if (!offer && !sku) return <span className="tone-dim">{t('evidence.none')}</span>;
  if (!sku)
    return (
      <>
        {offer} <span className="tone-dim">{t('evidence.noneInCatalogue')}</span>
      </>
    );
  if (!offer)
    return (
      <>
        <span className="tone-dim">{t('evidence.noneInOffer')}</span> {sku}
      </>
    );
  return (
    <>
      {offer} <span className="tone-dim">{verdict === 'agrees' ? '=' : t('evidence.and')}</span> {sku}
      {difference(evidence, texts)}
    </>
  );
}

const tones: Readonly<Record<Evidence['verdict'], string>> = {
  agrees: 'tone-ok',
  conflicts: 'tone-bad',
  near: 'tone-ok',
  missing: 'tone-dim',
};

/** A near value that counts against, or a difference that hardly matters, is neither green nor red. */
function toneOf(evidence: Evidence): string {
  const { verdict, weight } = evidence;
  if ((verdict === 'near' && weight < 0) || differsOnly(evidence)) return 'tone-warn';
  return tones[verdict];
}

interface EvidenceTableProps {
  readonly suggestion: Suggestion;
  readonly currency: string;
  /** Only what conflicts, for suggestions that are not the chosen one. */
  readonly brief: boolean;
}

/** What agrees, conflicts and is missing, attribute by attribute, with its weight. */
export function EvidenceTable({ suggestion, currency, brief }: EvidenceTableProps) {
  const { t } = useTranslation('offers');
  const texts = useOfferTexts();
  const rows = brief
    ? suggestion.evidence.filter((each) => each.verdict === 'conflicts' && !differsOnly(each)).slice(0, 3)
    : suggestion.evidence;
  if (rows.length === 0) return brief ? null : <p className="why">{t('evidence.nothing')}</p>;
  return (
    <table className="evidence" aria-label={t('evidence.label', { skuId: suggestion.skuId })}>
      <tbody>
        {rows.map((evidence, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an attribute may come twice; the list is replaced as a whole
          <tr key={index} data-verdict={evidence.verdict}>
            <th scope="row">{texts.attribute(evidence.attribute)}</th>
            <td>
              <Values evidence={evidence} currency={currency} />
            </td>
            <td className={`weight ${toneOf(evidence)}`}>
              {t(`evidence.${differsOnly(evidence) ? 'differs' : evidence.verdict}`)}
              {evidence.weight !== 0 && ` ${texts.format.weight(evidence.weight)}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
