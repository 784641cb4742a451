/** The service in a process of its own that can be killed; windows reach it over the IPC channel. */
import type { Port } from '../../../shared/rpc/port.ts';
import { type ServiceOptions, startService } from '../index.ts';

const port: Port = {
  post: (message) => {
    if (process.connected) process.send?.(message);
  },
  onMessage: (listener) => {
    process.on('message', listener);
    return () => process.off('message', listener);
  },
  onClose: (listener) => {
    process.once('disconnect', listener);
    return () => process.off('disconnect', listener);
  },
  close: () => process.disconnect?.(),
};

// given by who starts this file, through service-process.ts
const options = JSON.parse(process.argv[2] ?? '{}') as Pick<
  ServiceOptions,
  'dataDirectory' | 'backendUrl' | 'appKey' | 'appToken' | 'cluster'
>;
const service = await startService({
  ...options,
  profileKind: 'demo',
  runtime: 'soak',
  endpointsPort: 0,
  publicUrl: null,
  log: (level, message, facts) => {
    if (level === 'error') console.error(message, facts ?? '');
    // among several desks, which one it is
    if (message === 'this desk leads') process.send?.({ leads: true });
  },
});
service.connect(port);
process.send?.({ ready: service.endpointsUrl });
process.on('disconnect', () => process.exit(0));
