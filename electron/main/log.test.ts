import { expect, test } from 'vitest';
import { redact } from './log.ts';

test('known secrets and whatever looks like a credential are removed from a line', () => {
  expect(redact('sent s3cr3t-token to the backend', ['s3cr3t-token'])).toBe('sent [redacted] to the backend');
  expect(redact('{"x-vtex-api-apptoken":"abc","call":"GET /x"}', [])).toBe(
    '{"x-vtex-api-apptoken":"[redacted]","call":"GET /x"}',
  );
});
