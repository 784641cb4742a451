export { createEndpoints } from './server.ts';
export type {
  Endpoints,
  EndpointsLog,
  EndpointsOptions,
  EndpointsStats,
  IncomingNotification,
  NotificationKind,
} from './types.ts';
