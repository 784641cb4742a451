import { expect, it } from 'vitest';
import { parseFlags } from './flags.ts';
import { serveFlags, serveOptionsOf } from './serve-options.ts';

const read = (...args: string[]) => serveOptionsOf(parseFlags(args, serveFlags), undefined);

it('serves alone unless a broker is named', () => {
  expect(read('--data', '/srv/b')).toMatchObject({ role: 'desk', cluster: null, endpointsHost: null, proxies: null });
  expect(read('--data', '/srv/b', '--inbox', 'jetstream', '--nats', 'nats://a:4222,tls://b:4222')).toMatchObject({
    cluster: {
      broker: { servers: ['nats://a:4222', 'tls://b:4222'], workspace: 'bindery', replicas: 1 },
      keyFile: '/srv/b/workspace.key',
    },
  });
});

it('reads where the endpoints listen', () => {
  expect(read('--endpoints-host', '0.0.0.0', '--proxies', '10.0.0.0/8, 10.1.2.3')).toMatchObject({
    endpointsHost: '0.0.0.0',
    proxies: ['10.0.0.0/8', '10.1.2.3'],
  });
});

it.each([
  [['--nats', 'nats://a:4222'], '--inbox jetstream'],
  [['--inbox', 'jetstream'], '--nats'],
  [['--inbox', 'jetstream', '--nats', 'http://a'], '--nats'],
  [['--inbox', 'jetstream', '--nats', 'nats://user:word@a:4222'], '--nats'],
  [['--inbox', 'redis'], '--inbox'],
  [['--role', 'gateway'], '--inbox jetstream'],
  [['--role', 'gateway', '--inbox', 'jetstream', '--nats', 'nats://a:1'], '--workspace-key'],
  [
    ['--role', 'gateway', '--inbox', 'jetstream', '--nats', 'nats://a:1', '--workspace-key', 'k', '--data', '/x'],
    '--data',
  ],
  [['--inbox', 'jetstream', '--nats', 'nats://a:1', '--workspace', 'a b'], '--workspace'],
  [['--endpoints-cert', 'c.pem'], '--endpoints-key'],
])('refuses %j, naming %s', (args, name) => {
  expect(() => read(...args)).toThrow(name);
});
