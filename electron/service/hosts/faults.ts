import type { Log } from '../context.ts';

/**
 * What nobody caught. A rejection that was forgotten is logged and the service goes on: what is durable is in the database, and
 * whatever failed is tried again or was answered with an error. After an exception that nobody caught nothing is certain, so
 * the process ends with an error and whoever started it starts another.
 */
export function watchProcess(log: Log, end: (code: number) => void = process.exit): void {
  const problemOf = (reason: unknown): string =>
    reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  process.on('unhandledRejection', (reason) =>
    log('error', 'a failure that nobody handled; the service goes on', { problem: problemOf(reason) }),
  );
  process.on('uncaughtException', (error) => {
    log('error', 'an exception that nobody caught; the service ends', { problem: problemOf(error) });
    end(1);
  });
}
