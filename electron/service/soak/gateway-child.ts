/** A gateway in a process of its own that can be killed. */
import { type GatewayHostOptions, serveGateway } from '../hosts/gateway.ts';

// given by cluster.soak.ts, which starts this file
const options = JSON.parse(process.argv[2] ?? '{}') as Pick<GatewayHostOptions, 'cluster'>;
const gateway = await serveGateway({
  ...options,
  listener: { port: 0, host: '127.0.0.1', publicUrl: null, tls: null, proxies: [] },
  version: 'soak',
  log: (level, message, facts) => {
    if (level === 'error') console.error(message, facts ?? '');
  },
});
process.send?.({ ready: gateway.endpointsUrl });
process.on('disconnect', () => process.exit(0));
