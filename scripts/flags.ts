import { parseArgs } from 'node:util';

/** A flag that takes a value, or, without `value`, one that is on or off. */
export interface Flag {
  /** What the value is called in the help: `PORT`. */
  readonly value?: string;
  readonly help: string;
}

/** A mistake on the command line; its message is one sentence that names the flag. */
export class UsageError extends Error {}

type Values<Flags extends Readonly<Record<string, Flag>>> = {
  readonly [Name in keyof Flags]?: Flags[Name] extends { value: string } ? string : boolean;
};

function helpText(command: string, about: string, flags: Readonly<Record<string, Flag>>): string {
  const rows = Object.entries({ ...flags, help: { help: 'this text' } as Flag }).map(
    ([name, flag]) => [`--${name}${flag.value ? ` ${flag.value}` : ''}`, flag.help] as const,
  );
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const list = rows.map(([name, help]) => `  ${name.padEnd(width)}${help}`).join('\n');
  return `${about}\n\n  ${command} -- [options]\n\n${list}`;
}

/** Reads a command line. @throws UsageError on a flag that is not declared or lacks its value. */
export function parseFlags<const Flags extends Readonly<Record<string, Flag>>>(
  args: readonly string[],
  flags: Flags,
): Values<Flags> & { readonly help?: boolean } {
  const declared: Readonly<Record<string, Flag>> = { ...flags, help: { help: '' } };
  const options = Object.fromEntries(
    Object.entries(declared).map(([name, flag]) => [
      name,
      { type: flag.value ? ('string' as const) : ('boolean' as const) },
    ]),
  );
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens ?? []) {
    if (token.kind === 'positional') throw new UsageError(`Unexpected argument "${token.value}"; see --help.`);
    if (token.kind !== 'option') continue;
    const flag = declared[token.name];
    if (!flag) throw new UsageError(`Unknown flag ${token.rawName}; see --help.`);
    if (flag.value && (token.value === undefined || token.value === '')) {
      throw new UsageError(`${token.rawName} needs a value (${flag.value}).`);
    }
    if (!flag.value && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`);
  }
  return values as Values<Flags> & { readonly help?: boolean }; // checked above, token by token
}

/** The flags of a command. Prints the help and ends with 0 when asked; says what is wrong and ends with 2 otherwise. */
export function readFlags<const Flags extends Readonly<Record<string, Flag>>>(
  command: string,
  about: string,
  flags: Flags,
): Values<Flags> {
  try {
    const values = parseFlags(process.argv.slice(2), flags);
    if (values.help) {
      console.log(helpText(command, about, flags));
      process.exit(0);
    }
    return values;
  } catch (error) {
    failUsage(error);
  }
}

/** Says what is wrong with the command line and ends with code 2; anything else is thrown on. */
export function failUsage(error: unknown): never {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exit(2);
}

/** A flag's whole number within limits. @throws UsageError */
export function wholeNumber(
  name: string,
  value: string | undefined,
  least: number,
  most: number,
  otherwise: number,
): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most || value.trim() === '') {
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not "${value}".`);
  }
  return number;
}

/** A flag's http or https address, without the slash at its end. @throws UsageError */
export function address(name: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  const parsed = URL.canParse(value) ? new URL(value) : null;
  if (!parsed || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new UsageError(`--${name} must be a full address such as https://marketplace.example, not "${value}".`);
  }
  return value.replace(/\/+$/, '');
}

/** A flag's value among a few. @throws UsageError */
export function oneOf<const Value extends string>(
  name: string,
  value: string | undefined,
  values: readonly Value[],
  otherwise: Value,
): Value {
  if (value === undefined) return otherwise;
  const found = values.find((each) => each === value);
  if (found === undefined) throw new UsageError(`--${name} must be one of ${values.join(', ')}, not "${value}".`);
  return found;
}
