export { type Gateway, type ListenerConfig, openGateway } from './gateway.ts';
export { createEndpoints } from './server.ts';
export type { EndpointRoute, Endpoints, EndpointsOptions, IncomingNotification, TlsFiles } from './types.ts';
