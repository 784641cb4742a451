import { type ComponentType, lazy } from 'react';
import type { Screen } from './routes.ts';

/** Each screen is loaded when it is first opened. */
export const screenComponents: Readonly<Record<Screen, ComponentType>> = {
  offers: lazy(async () => ({ default: (await import('../offers/index.tsx')).OffersScreen })),
  bindings: lazy(async () => ({ default: (await import('../bindings/index.tsx')).BindingsScreen })),
  catalogue: lazy(async () => ({ default: (await import('../catalog/index.tsx')).CatalogScreen })),
  mapping: lazy(async () => ({ default: (await import('../mapping/index.tsx')).MappingScreen })),
  orders: lazy(async () => ({ default: (await import('../orders/index.tsx')).OrdersScreen })),
  commissions: lazy(async () => ({ default: (await import('../commissions/index.tsx')).CommissionsScreen })),
  agreements: lazy(async () => ({ default: (await import('../agreements/index.tsx')).AgreementsScreen })),
  buybox: lazy(async () => ({ default: (await import('../exposure/index.tsx')).ExposureScreen })),
  payments: lazy(async () => ({ default: (await import('../payments/index.tsx')).PaymentsScreen })),
  settlement: lazy(async () => ({ default: (await import('../settlement/index.tsx')).SettlementScreen })),
  notifications: lazy(async () => ({ default: (await import('../notifications/index.tsx')).NotificationsScreen })),
  sellers: lazy(async () => ({ default: (await import('../sellers/index.tsx')).SellersScreen })),
  matching: lazy(async () => ({ default: (await import('../matching/index.tsx')).MatchingScreen })),
  settings: lazy(async () => ({ default: (await import('../settings/index.tsx')).SettingsScreen })),
};
