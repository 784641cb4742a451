/** `npm run sandbox`: prints one JSON line when it is ready, ends on SIGTERM and SIGINT. Exit code 2 for bad flags and bad files. */
import { HELP, readArguments, UsageError } from './arguments.ts';

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options === null) {
    console.log(HELP);
    return;
  }
  const { startSandbox } = await import('./index.ts');
  const sandbox = await startSandbox(options);
  const { url, appKey, appToken, sellers } = sandbox;
  console.log(JSON.stringify({ url, appKey, appToken, sellers }));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
}

// not awaited at the top: the bundle of the packaged app is CommonJS
main().catch((error: unknown) => {
  const busy = error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
  if (!(error instanceof UsageError || (error instanceof Error && error.name === 'CsvError') || busy)) throw error;
  console.error(busy ? `The port cannot be used: ${error.message}.` : error.message);
  process.exitCode = 2;
});
