export { createEndpoints } from './server.ts';
export type { Endpoints, EndpointsOptions, IncomingNotification } from './types.ts';
