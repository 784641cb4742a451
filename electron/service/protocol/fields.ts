/** Field types that several APIs share, and the brands put on ids as they arrive. */
import { z } from 'zod';
import type {
  BrandId,
  CategoryId,
  Instant,
  ProductId,
  SellerId,
  SellerSkuId,
  SkuId,
} from '../../../shared/domain/brand.ts';
import { instantOf } from '../../../shared/domain/brand.ts';

/** An id that comes as text or as a number. Never empty. */
export const idText = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => text !== '', 'is empty');

/** A positive whole number that comes as such or as text. */
export const idNumber = z
  .union([z.number(), z.string().regex(/^\d+$/, 'is not a whole number').transform(Number)])
  .refine((id) => Number.isSafeInteger(id) && id >= 0, 'is not a whole number');

export const sellerId = idText.transform((id) => id as SellerId);
export const sellerSkuId = idText.transform((id) => id as SellerSkuId);
export const skuId = idNumber.transform((id) => id as SkuId);
export const productId = idNumber.transform((id) => id as ProductId);
export const brandId = idNumber.transform((id) => id as BrandId);
export const categoryId = idNumber.transform((id) => id as CategoryId);

/** Text, or null when absent, null or blank. Numbers become text. */
export const textOrNull = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const text = value === null || value === undefined ? '' : String(value).trim();
    return text === '' ? null : text;
  });

/** Text, or '' when absent. */
export const textOrEmpty = textOrNull.transform((text) => text ?? '');

/** A finite number that comes as such or as text; null when absent or blank. */
export const numberOrNull = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value, context) => {
    if (value === null || value === undefined || value === '') return null;
    const number = Number(value);
    if (Number.isFinite(number)) return number;
    context.addIssue({ code: 'custom', message: 'is not a number' });
    return z.NEVER;
  });

/**
 * The number as a whole one that can be kept, or null when there is none (a fraction of a cent, a number beyond all sense).
 * @param round how a fraction is taken: a price to the nearest, a stock down to what is whole
 */
export function wholeOrNull(value: number | null, round: (value: number) => number = Math.round): number | null {
  const whole = value === null ? Number.NaN : round(value);
  return Number.isSafeInteger(whole) ? whole : null;
}

/** A date and time. Those without an offset are UTC, as the protocol's own examples read. Null when absent. */
export const instantOrNull = textOrNull.transform((text, context) => {
  if (text === null) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`;
  const epoch = Date.parse(zoned);
  if (!Number.isNaN(epoch)) return instantOf(epoch);
  context.addIssue({ code: 'custom', message: 'is not a date and time' });
  return z.NEVER;
});

/** Boolean, or null when absent. */
export const booleanOrNull = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/** The moment a version id spells (`ddMMyyyyHHmmssSSS`, UTC), or null when it is of another form. */
export function instantOfVersion(version: string): Instant | null {
  const match = /^(\d\d)(\d\d)(\d{4})(\d\d)(\d\d)(\d\d)(\d{1,3})/.exec(version);
  if (match === null) return null;
  const [, day, month, year, hour, minute, second, fraction] = match;
  const epoch = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${(fraction ?? '').padEnd(3, '0')}Z`);
  return Number.isNaN(epoch) ? null : instantOf(epoch);
}

/** Splits what a seller put into one field of codes. */
export function codesOf(text: string | null): readonly string[] {
  if (text === null) return [];
  return [
    ...new Set(
      text
        .split(/[,;|\s]+/)
        .map((code) => code.trim())
        .filter((code) => code !== ''),
    ),
  ];
}

/** A decimal amount in currency units as minor units (two places, as the protocol's prices), or null. */
export function minorOfDecimal(amount: number | null): number | null {
  return amount === null ? null : Math.round(amount * 100);
}

const upper = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

/** An object whose fields come in either capitalisation: `SellerId` and `sellerId` both answer as `SellerId`. */
export function eitherCase<Schema extends z.ZodType>(
  schema: Schema,
): z.ZodPipe<z.ZodTransform<unknown, unknown>, Schema> {
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [upper(name), field as unknown]));
  }, schema) as z.ZodPipe<z.ZodTransform<unknown, unknown>, Schema>;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A schema whose output is built from what was parsed and from the object exactly as it came. */
export function withRaw<Schema extends z.ZodType, Output>(
  schema: Schema,
  build: (parsed: z.output<Schema>, raw: Readonly<Record<string, unknown>>) => Output,
): z.ZodType<Output> {
  return z.unknown().transform((value, context) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) {
      return build(parsed.data, isObject(value) ? value : {});
    }
    for (const issue of parsed.error.issues) {
      context.addIssue({ code: 'custom', message: issue.message, path: [...issue.path] });
    }
    return z.NEVER;
  });
}
