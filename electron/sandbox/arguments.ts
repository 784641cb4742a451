/** The command line of the sandbox. Apart from the command itself, so that a mistake is told before anything is loaded. */
import { parseArgs } from 'node:util';
import type { SandboxOptions } from './index.ts';

export const HELP = `The marketplace's protocol backend, its storefront and its sellers, on loopback.

  npm run sandbox -- [options]

  --port P       port to listen on; 0 is any free one (default 0)
  --size N       offers to generate, 1 to 10000000 (default 2000)
  --catalog C    CSV file with the marketplace's catalogue; with --offers
  --offers O     CSV file with the sellers' offers; with --catalog
  --seed S       whole number; the same seed gives the same marketplace and keys (default 1)
  --keep FILE    keep what is done to the marketplace, and do it again at the next start (default: every start is a new one)
  --help         this text

Ready when it prints one JSON line {url, appKey, appToken, sellers}. See electron/sandbox/README.md.`;

/** A mistake on the command line; its message is one sentence that names the flag. */
export class UsageError extends Error {}

function whole(name: string, value: string | undefined, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const n = Number(value);
  if (value.trim() === '' || !Number.isInteger(n) || n < least || n > most) {
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not "${value}".`);
  }
  return n;
}

/** The options of a command line, or null for --help. Throws UsageError. */
export function readArguments(args: readonly string[]): SandboxOptions | null {
  const options = {
    port: { type: 'string' },
    size: { type: 'string' },
    catalog: { type: 'string' },
    offers: { type: 'string' },
    seed: { type: 'string' },
    keep: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') throw new UsageError(`Unexpected argument "${token.value}"; see --help.`);
    if (token.kind !== 'option') continue;
    if (!(token.name in options)) throw new UsageError(`Unknown flag ${token.rawName}; see --help.`);
    if (token.name !== 'help' && (token.value === undefined || token.value === ''))
      throw new UsageError(`${token.rawName} needs a value.`);
    if (token.name === 'help' && token.value !== undefined) throw new UsageError('--help takes no value.');
  }
  if (values.help === true) return null;
  const given = (name: keyof typeof options): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const catalog = given('catalog');
  const offers = given('offers');
  if ((catalog === undefined) !== (offers === undefined)) {
    throw new UsageError(
      `${catalog === undefined ? '--offers needs --catalog' : '--catalog needs --offers'}: they come together.`,
    );
  }
  const size = whole('size', given('size'), 1, 10_000_000);
  if (size !== undefined && catalog !== undefined) throw new UsageError('--size and --catalog exclude each other.');
  const port = whole('port', given('port'), 0, 65_535);
  const seed = whole('seed', given('seed'), 0, 2 ** 31 - 1);
  return {
    ...(port === undefined ? {} : { port }),
    ...(seed === undefined ? {} : { seed }),
    ...(size === undefined ? {} : { size }),
    ...(given('keep') === undefined ? {} : { keep: given('keep') ?? '' }),
    ...(catalog === undefined || offers === undefined ? {} : { catalog, offers }),
  };
}
