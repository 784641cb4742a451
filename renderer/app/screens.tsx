import { type ComponentType, lazy } from 'react';
import type { Screen } from './routes.ts';

const loaders: Readonly<Record<Screen, () => Promise<{ default: ComponentType }>>> = {
  offers: async () => ({ default: (await import('../offers/index.tsx')).OffersScreen }),
  bindings: async () => ({ default: (await import('../bindings/index.tsx')).BindingsScreen }),
  catalogue: async () => ({ default: (await import('../catalog/index.tsx')).CatalogScreen }),
  mapping: async () => ({ default: (await import('../mapping/index.tsx')).MappingScreen }),
  orders: async () => ({ default: (await import('../orders/index.tsx')).OrdersScreen }),
  commissions: async () => ({ default: (await import('../commissions/index.tsx')).CommissionsScreen }),
  agreements: async () => ({ default: (await import('../agreements/index.tsx')).AgreementsScreen }),
  buybox: async () => ({ default: (await import('../exposure/index.tsx')).ExposureScreen }),
  payments: async () => ({ default: (await import('../payments/index.tsx')).PaymentsScreen }),
  settlement: async () => ({ default: (await import('../settlement/index.tsx')).SettlementScreen }),
  notifications: async () => ({ default: (await import('../notifications/index.tsx')).NotificationsScreen }),
  sellers: async () => ({ default: (await import('../sellers/index.tsx')).SellersScreen }),
  matching: async () => ({ default: (await import('../matching/index.tsx')).MatchingScreen }),
  settings: async () => ({ default: (await import('../settings/index.tsx')).SettingsScreen }),
};

/** Begins to load a screen: the code of the first one is there when the service is. */
export function preload(screen: Screen): void {
  // what goes wrong is shown by the screen, which asks again
  loaders[screen]().catch(() => undefined);
}

/** Each screen is loaded when it is first opened. */
export const screenComponents: Readonly<Record<Screen, ComponentType>> = {
  offers: lazy(loaders.offers),
  bindings: lazy(loaders.bindings),
  catalogue: lazy(loaders.catalogue),
  mapping: lazy(loaders.mapping),
  orders: lazy(loaders.orders),
  commissions: lazy(loaders.commissions),
  agreements: lazy(loaders.agreements),
  buybox: lazy(loaders.buybox),
  payments: lazy(loaders.payments),
  settlement: lazy(loaders.settlement),
  notifications: lazy(loaders.notifications),
  sellers: lazy(loaders.sellers),
  matching: lazy(loaders.matching),
  settings: lazy(loaders.settings),
};
