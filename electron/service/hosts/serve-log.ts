/** The log of `serve`, on stderr: a line for people, or a line of JSON for a collector. */
import { destination, pino, stdTimeFunctions } from 'pino';
import type { Log } from '../context.ts';

export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Facts never hold a secret; a name that says one is cut out all the same. */
const secretName = /token|secret|password|appkey|authorization|cookie/i;

type Facts = Parameters<Log>[2];
function clean(facts: Facts): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(facts ?? {}).map(([name, value]) => [name, secretName.test(name) ? '[removed]' : value]),
  );
}

/** @param write where lines of text go, and the descriptor for JSON: stderr unless told */
export function createServeLog(
  format: LogFormat,
  level: LogLevel,
  write: { readonly line: (text: string) => void; readonly descriptor: number | string } = {
    line: (text) => console.error(text),
    descriptor: 2,
  },
): Log {
  if (format === 'json') {
    const logger = pino(
      {
        level,
        base: { service: 'bindery' },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      destination({ dest: write.descriptor, sync: true }),
    );
    return (at, message, facts) => logger[at](clean(facts), message);
  }
  const least = logLevels.indexOf(level);
  return (at, message, facts) => {
    if (logLevels.indexOf(at) < least) return;
    const said = facts === undefined ? '' : ` ${JSON.stringify(clean(facts))}`;
    write.line(`${new Date().toISOString()} ${at} ${message}${said}`);
  };
}
