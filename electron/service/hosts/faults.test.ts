import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** A process of its own that watches itself, and then runs the code. */
function run(code: string): { status: number | null; output: string } {
  const module = fileURLToPath(new URL('./faults.ts', import.meta.url));
  const script = `
    import { watchProcess } from ${JSON.stringify(module)};
    watchProcess((level, message, facts) => console.log(level, message, facts.problem));
    ${code}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

it('goes on after a rejection that nobody handled, and says so', () => {
  const { status, output } = run(`
    void Promise.reject(new Error('forgotten'));
    setImmediate(() => { console.log('still here'); process.exit(0); });`);
  expect(output).toMatch(/error a failure that nobody handled.*forgotten/s);
  expect(output).toContain('still here');
  expect(status).toBe(0);
});

it('ends with an error after an exception that nobody caught, so that its host starts another', () => {
  const { status, output } = run(`
    setImmediate(() => { throw new Error('unexpected'); });
    setTimeout(() => undefined, 60_000);`);
  expect(output).toMatch(/nobody caught.*unexpected/s);
  expect(status).toBe(1);
});
