/**
 * Field-by-field reading of the two kinds of record that come by the hundred thousand (suggestions and SKUs): the same rules
 * as the schemas in fields.ts, about ten times as fast. Every fault is collected with its path; a record with any is refused whole.
 */
import { z } from 'zod';
import { type Instant, instantOf } from '../../../shared/domain/brand.ts';
import type { Raw, SpecificationRecord } from './types.ts';

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const lowerNames = new Map<string, string>();
function lowerFirst(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  const made = name.slice(0, 1).toLowerCase() + name.slice(1);
  lowerNames.set(name, made);
  return made;
}

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One object of a reply. Names are found as given and with a small first letter. */
export class Reader {
  readonly raw: Raw;
  private readonly path: readonly (string | number)[];
  private readonly faults: Fault[];

  constructor(raw: Raw, path: readonly (string | number)[], faults: Fault[]) {
    this.raw = raw;
    this.path = path;
    this.faults = faults;
  }

  private fault(name: string | number, message: string, ...further: readonly (string | number)[]): void {
    this.faults.push({ path: [...this.path, name, ...further], message });
  }

  /** Null when absent. */
  private get(name: string): unknown {
    return this.raw[name] ?? this.raw[lowerFirst(name)] ?? null;
  }

  /** Trimmed; null when absent or blank. Numbers become text. */
  text(name: string): string | null {
    const value = this.get(name);
    if (value === null) return null;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') {
      this.fault(name, 'is not text');
      return null;
    }
    const text = value.trim();
    return text === '' ? null : text;
  }

  /** Text or number, never absent or empty, and not trimmed: ids are taken exactly. */
  id(name: string): string {
    const value = this.get(name);
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && text !== '') return text;
    this.fault(name, value === null ? 'is missing' : 'is no id');
    return '';
  }

  /** A whole number from 0, as such or as text; null when absent. */
  wholeOrNull(name: string): number | null {
    const value = this.get(name);
    if (value === null || value === '') return null;
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
    this.fault(name, 'is not a whole number');
    return null;
  }

  /** A whole number from 0 that has to be there. */
  whole(name: string): number {
    const number = this.wholeOrNull(name);
    if (number === null && this.get(name) === null) this.fault(name, 'is missing');
    return number ?? 0;
  }

  /** Finite, as such or as text; null when absent or blank. */
  number(name: string): number | null {
    const value = this.get(name);
    if (value === null || value === '') return null;
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    this.fault(name, 'is not a number');
    return null;
  }

  /** Null when absent. */
  boolean(name: string): boolean | null {
    const value = this.get(name);
    if (value === null || typeof value === 'boolean') return value;
    this.fault(name, 'is not true or false');
    return null;
  }

  /** True or false, and has to be there. */
  flag(name: string): boolean {
    const value = this.boolean(name);
    if (value === null && this.get(name) === null) this.fault(name, 'is missing');
    return value ?? false;
  }

  /** Without an offset it is UTC; null when absent. */
  instant(name: string): Instant | null {
    const text = this.text(name);
    if (text === null) return null;
    const epoch = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`);
    if (!Number.isNaN(epoch)) return instantOf(epoch);
    this.fault(name, 'is not a date and time');
    return null;
  }

  /** Null when absent. */
  object(name: string): Reader | null {
    const value = this.get(name);
    if (value === null) return null;
    if (isObject(value)) return new Reader(value, [...this.path, name], this.faults);
    this.fault(name, 'is not an object');
    return null;
  }

  /** Null when absent; what `read` makes of each object otherwise. */
  list<Item>(name: string, read: (item: Reader) => Item): readonly Item[] | null {
    const value = this.get(name);
    if (value === null) return null;
    if (!Array.isArray(value)) {
      this.fault(name, 'is not a list');
      return null;
    }
    return value.map((item: unknown, at) => {
      if (!isObject(item)) this.fault(name, 'is not an object', at);
      return read(new Reader(isObject(item) ? item : {}, [...this.path, name, at], this.faults));
    });
  }

  /** Texts and numbers as texts; none when absent. */
  texts(name: string): readonly string[] {
    const value = this.get(name);
    if (value === null) return [];
    if (!Array.isArray(value)) {
      this.fault(name, 'is not a list');
      return [];
    }
    return value.map((item: unknown, at) => {
      if (typeof item === 'string') return item;
      if (typeof item !== 'number') this.fault(name, 'is not text', at);
      return String(item);
    });
  }
}

/** A specification: `FieldName` and `FieldValues`. */
export function readSpecification(item: Reader): SpecificationRecord {
  return { name: item.id('FieldName'), values: item.texts('FieldValues') };
}

/** A schema out of a reading function. Its issues carry the paths of the faults. */
export function readerSchema<Output>(read: (item: Reader) => Output): z.ZodType<Output> {
  return z.unknown().transform((value, context) => {
    if (!isObject(value)) {
      context.addIssue({ code: 'custom', message: 'is not an object' });
      return z.NEVER;
    }
    const faults: Fault[] = [];
    const output = read(new Reader(value, [], faults));
    if (faults.length === 0) return output;
    for (const { path, message } of faults) context.addIssue({ code: 'custom', message, path: [...path] });
    return z.NEVER;
  });
}
