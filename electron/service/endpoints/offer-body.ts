/** The checks of a seller's offer (a suggestion) before it is taken, with the protocol's own error codes. */
import { z } from 'zod';
import { suggestionCodeNames } from '../protocol/failure.ts';

/** What a seller is told: a suggestion code (0 to 23) with its name, or `InvalidField`, and always the field. */
export interface OfferError {
  readonly code: number | 'InvalidField';
  readonly name: string;
  readonly message: string;
  readonly field: string;
}

/** Which code a missing or wrong field has, in the order they are reported. Fields not named here are `InvalidField`. */
const codes: readonly (readonly [field: string, code: number])[] = [
  ['ProductName', 3],
  ['SkuName', 4],
  ['Height', 5],
  ['Width', 8],
  ['Length', 7],
  ['Weight', 6],
  ['EAN', 10],
  ['Images', 9],
  ['Images.imageUrl', 11],
  ['SkuSpecifications', 12],
  ['ProductSpecifications', 12],
];

/** Limits of the protocol reference: characters. */
const mostName = 150;
const mostSpecificationName = 100;
const mostSpecificationValue = 750;

const filled = z.string('must be text').refine((text) => text.trim() !== '', 'must not be empty');
const measure = z.number('must be a number').positive('must be above 0');
const id = z.union([z.string(), z.number()], 'must be text or a number').nullish();
const specifications = z
  .array(
    z.looseObject({
      fieldName: filled.max(mostSpecificationName, `is longer than ${mostSpecificationName} characters`),
      fieldValues: z.array(
        z.string('must be text').max(mostSpecificationValue, `is longer than ${mostSpecificationValue} characters`),
        'must be a list of texts',
      ),
    }),
    'must be a list',
  )
  .nullish();
const optionalText = z.string('must be text').nullish();

export const offerSchema = z
  .looseObject(
    {
      ProductName: filled,
      SkuName: filled,
      Height: measure,
      Width: measure,
      Length: measure,
      Weight: measure,
      EAN: optionalText,
      RefId: id,
      Images: z
        .array(
          z.looseObject({
            imageName: optionalText,
            imageUrl: z
              .string('must be text')
              .refine(
                (url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
                'must be an http or https URL',
              ),
          }),
          'must be a list of images',
        )
        .min(1, 'needs at least one image'),
      SkuSpecifications: specifications,
      ProductSpecifications: specifications,
      ProductId: id,
      ProductDescription: optionalText,
      SellerId: id,
      SellerStockKeepingUnitId: id,
      BrandName: filled,
      CategoryFullPath: filled,
      AvailableQuantity: z
        .number('must be a whole number')
        .int('must be a whole number')
        .nonnegative('must be 0 or more'),
      Pricing: z.looseObject(
        {
          Currency: z
            .string('must be text')
            .regex(/^[A-Za-z]{3}$/, 'must be a currency of three letters')
            .nullish(),
          SalePrice: z
            .number('must be a whole number of cents')
            .int('must be a whole number of cents')
            .nonnegative('must be 0 or more'),
        },
        'must be an object with SalePrice',
      ),
      MeasurementUnit: optionalText,
      UnitMultiplier: z.number('must be a number').positive('must be above 0').nullish(),
    },
    'must be an object',
  )
  .superRefine((body, context) => {
    if ((body.EAN ?? '').trim() === '' && String(body.RefId ?? '').trim() === '') {
      context.addIssue({ code: 'custom', path: ['EAN'], message: 'or RefId is needed' });
    }
  });

/** Where in {@link codes} an issue belongs; last when nowhere. */
function rankOf(path: readonly PropertyKey[]): number {
  const top = String(path[0] ?? '');
  const precise = path.length > 2 ? `${top}.${String(path.at(-1))}` : top;
  const at = codes.findIndex(([field]) => field === precise);
  return at >= 0 ? at : precise === top ? codes.length : rankOf([top]);
}

/**
 * The first thing wrong with an offer, or null. `sellerId` is the path's: a body that names another seller is refused.
 * A name that is too long and an EAN that is no text are `InvalidField`, since no code says that.
 */
export function offerErrorOf(body: unknown, sellerId: string): OfferError | null {
  const parsed = offerSchema.safeParse(body);
  if (!parsed.success) {
    const [worst] = parsed.error.issues
      .map((issue) => ({ issue, rank: rankOf(issue.path) }))
      .sort((one, other) => one.rank - other.rank);
    const path = worst?.issue.path.map(String) ?? [];
    const code = codes[worst?.rank ?? codes.length]?.[1];
    const isWrongType = path[0] === 'EAN' && worst?.issue.code !== 'custom';
    return errorOf(isWrongType ? undefined : code, path.join('.') || 'body', worst?.issue.message ?? 'is not an offer');
  }
  const { ProductName, SellerId } = parsed.data;
  if (ProductName.length > mostName) {
    return errorOf(undefined, 'ProductName', `is longer than ${mostName} characters`);
  }
  if (SellerId !== null && SellerId !== undefined && SellerId !== '' && String(SellerId) !== sellerId) {
    return errorOf(undefined, 'SellerId', 'is not the seller of the path');
  }
  return null;
}

function errorOf(code: number | undefined, field: string, message: string): OfferError {
  const name = code === undefined ? 'InvalidField' : (suggestionCodeNames[code] ?? 'NotSpecified');
  return { code: code ?? 'InvalidField', name, message: `${field} ${message}`, field };
}
