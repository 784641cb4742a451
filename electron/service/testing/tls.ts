import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TlsFiles } from '../endpoints/types.ts';

/** Makes a certificate for localhost and 127.0.0.1 that signs itself, and its key, in a folder. */
export function makeCertificate(folder: string, name = 'tls'): TlsFiles {
  const certificateFile = join(folder, `${name}-certificate.pem`);
  const keyFile = join(folder, `${name}-key.pem`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certificateFile, '-days', '2', ...names], {
    stdio: 'ignore',
  });
  return { certificateFile, keyFile };
}
