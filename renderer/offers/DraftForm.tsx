import { Textarea, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OfferDetail, Suggestion } from '../../shared/contract/offers.ts';
import type { ProductId } from '../../shared/domain/brand.ts';
import type { BinderyError } from '../../shared/domain/errors.ts';
import { useCommands } from '../app/commands.ts';
import { ActionButton } from '../components/ActionButton.tsx';
import { useErrorText } from '../components/errors.ts';
import { ServiceImage } from '../components/ServiceImage.tsx';
import { type Draft, draftOf, fieldOf, productOf, skuOf } from './draft.ts';
import { BrandPicker, CategoryPicker, ProductPicker } from './Pickers.tsx';
import { setMode } from './review.ts';
import type { Decide } from './useReviewActions.ts';

interface DraftFormProps {
  readonly kind: 'newSku' | 'newProduct';
  readonly offer: OfferDetail;
  readonly suggestions: readonly Suggestion[];
  /** The product that a new SKU is likely to belong to. */
  readonly productId: ProductId | null;
  readonly decide: Decide;
  /** Leaves the form; back to the review unless said. */
  readonly onBack?: () => void;
}

const toReview = () => setMode('review');

/** `URL.canParse`, which Chrome has from version 120 on only. */
function isAddress(text: string): boolean {
  try {
    return new URL(text) !== null;
  } catch {
    return false;
  }
}

/** A new SKU, or a new product with its first SKU, filled in from the offer. */
export function DraftForm({ kind, offer, suggestions, productId, decide, onBack = toReview }: DraftFormProps) {
  const { t } = useTranslation('offers');
  const errorText = useErrorText();
  const [draft, setDraft] = useState(() => draftOf(offer, productId));
  const [errors, setErrors] = useState<Partial<Record<keyof Draft, string>>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const put = (field: keyof Draft, value: string | null) => {
    setDraft((before) => ({ ...before, [field]: value }));
    setErrors(({ [field]: _gone, ...others }) => others);
  };
  // whoever is quicker than the matcher still gets the product filled in, unless they have chosen one themselves
  const filledIn = useRef(productId !== null);
  useEffect(() => {
    if (filledIn.current || productId === null) return;
    filledIn.current = true;
    setDraft((before) => (before.productId === null ? { ...before, productId: String(productId) } : before));
    setErrors(({ productId: _gone, ...others }) => others);
  }, [productId]);
  const fail = (error: BinderyError) => {
    const field = error.field === undefined ? null : fieldOf(error.field);
    if (field) {
      setErrors({ [field]: errorText(error) });
      document.querySelector<HTMLElement>(`[data-field="${field}"]`)?.focus();
    } else setProblem(errorText(error));
  };
  const missing = (): Partial<Record<keyof Draft, string>> => {
    if (kind === 'newSku') return draft.productId === null ? { productId: t('form.pickProduct') } : {};
    return {
      ...(draft.categoryId === null && { categoryId: t('form.pickCategory') }),
      ...(draft.brandId === null && { brandId: t('form.pickBrand') }),
    };
  };
  const submit = async () => {
    if (busy) return;
    const gaps = missing();
    setErrors(gaps);
    setProblem(null);
    if (Object.keys(gaps).length > 0) return;
    setBusy(true);
    const sku = skuOf(draft, offer);
    // picked from what the service listed
    const request =
      kind === 'newSku'
        ? ({ kind, productId: Number(draft.productId) as ProductId, sku } as const)
        : ({ kind, product: productOf(draft), sku } as const);
    const error = await decide(request);
    setBusy(false);
    if (error) fail(error);
  };

  useCommands([
    {
      id: 'offers.submit',
      title: t('actions.submit'),
      group: t('reviewGroup'),
      keys: ['Mod+Enter'],
      inFields: true,
      keysOnly: true,
      run: () => void submit(),
    },
    {
      id: 'offers.back',
      title: t('actions.back'),
      group: t('reviewGroup'),
      keys: ['Escape'],
      inFields: true,
      keysOnly: true,
      run: onBack,
    },
  ]);

  const field = (name: keyof Draft) => ({
    size: 'xs' as const,
    value: draft[name] ?? '',
    error: errors[name],
    'data-field': name,
    'data-testid': `field-${name}`,
    onChange: (event: { currentTarget: { value: string } }) => put(name, event.currentTarget.value),
  });
  const picker = (name: keyof Draft) => ({
    size: 'xs' as const,
    value: draft[name],
    error: errors[name],
    'data-field': name,
    'data-testid': `field-${name}`,
    onChange: (value: string | null) => put(name, value),
  });
  const firstImages = draft.images.split('\n').filter(isAddress).slice(0, 5);

  return (
    <form
      className="draft-form"
      aria-labelledby="draft-title"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3 id="draft-title">{t(`form.${kind}Title`)}</h3>
      <p className="tone-dim">{t('form.hint')}</p>
      {problem && (
        <p className="tone-bad" role="alert">
          {problem}
        </p>
      )}
      {kind === 'newSku' ? (
        <ProductPicker
          {...picker('productId')}
          label={t('form.product')}
          known={suggestions.map(({ productId, productName }) => ({ value: String(productId), label: productName }))}
        />
      ) : (
        <>
          <TextInput {...field('productName')} label={t('form.productName')} maxLength={150} data-autofocus />
          <CategoryPicker {...picker('categoryId')} label={t('form.category')} />
          <BrandPicker {...picker('brandId')} label={t('form.brand')} offered={offer.brand ?? ''} />
          <Textarea {...field('description')} label={t('form.description')} autosize minRows={2} maxRows={6} />
        </>
      )}
      <TextInput {...field('name')} label={t('form.name')} maxLength={200} />
      <div className="pair">
        <TextInput {...field('eans')} label={t('form.eans')} />
        <TextInput {...field('referenceId')} label={t('form.reference')} maxLength={100} />
      </div>
      <div className="quad">
        <TextInput {...field('height')} label={t('form.height')} inputMode="decimal" />
        <TextInput {...field('width')} label={t('form.width')} inputMode="decimal" />
        <TextInput {...field('length')} label={t('form.length')} inputMode="decimal" />
        <TextInput {...field('weight')} label={t('form.weight')} inputMode="decimal" />
      </div>
      <Textarea {...field('images')} label={t('form.images')} autosize minRows={1} maxRows={5} />
      {firstImages.length > 0 && (
        <div className="images">
          {firstImages.map((url) => (
            <ServiceImage key={url} url={url} alt="" size={40} />
          ))}
        </div>
      )}
      <div className="pair">
        <TextInput {...field('measurementUnit')} label={t('form.unit')} />
        <TextInput {...field('unitMultiplier')} label={t('form.multiplier')} inputMode="decimal" />
      </div>
      <Textarea {...field('specifications')} label={t('form.specifications')} autosize minRows={1} maxRows={6} />
      <div className="form-actions">
        <ActionButton type="submit" primary keys="Mod+Enter" disabled={busy} data-testid="draft-submit">
          {t('actions.submit')}
        </ActionButton>
        <ActionButton keys="Escape" onClick={onBack}>
          {t('actions.back')}
        </ActionButton>
      </div>
    </form>
  );
}
