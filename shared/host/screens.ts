/** The screens, in the order of the sidebar and of their keys: the page, its palette and the menu of the window are made from this list. */
export const screens = [
  'offers',
  'bindings',
  'catalogue',
  'mapping',
  'matching',
  'orders',
  'buybox',
  'agreements',
  'commissions',
  'payments',
  'settlement',
  'notifications',
  'sellers',
  'settings',
] as const;
export type Screen = (typeof screens)[number];

/** The keys that go to a screen, the one that is shown first: Alt and its place among the first ten; Settings as everywhere. */
export function screenKeys(screen: Screen): string[] {
  const place = screens.indexOf(screen) + 1;
  return [...(place <= 10 ? [`Alt+${place % 10}`] : []), ...(screen === 'settings' ? ['Mod+,'] : [])];
}

/** What the screens are called, in the page and in the menu. */
export const screenNames = {
  en: {
    agreements: 'Agreements',
    buybox: 'Buy box',
    matching: 'Matching',
    offers: 'Offers',
    bindings: 'Bindings',
    catalogue: 'Catalogue',
    mapping: 'Mapping',
    orders: 'Orders',
    commissions: 'Commissions',
    payments: 'Payments',
    settlement: 'Settlement',
    notifications: 'Notifications',
    sellers: 'Sellers',
    settings: 'Settings',
  },
  'pt-BR': {
    agreements: 'Acordos',
    buybox: 'Buy box',
    matching: 'Correspondência',
    offers: 'Ofertas',
    bindings: 'Vínculos',
    catalogue: 'Catálogo',
    mapping: 'Mapeamento',
    orders: 'Pedidos',
    commissions: 'Comissões',
    payments: 'Pagamentos',
    settlement: 'Repasse',
    notifications: 'Notificações',
    sellers: 'Sellers',
    settings: 'Configurações',
  },
  es: {
    agreements: 'Acuerdos',
    buybox: 'Buy box',
    matching: 'Correspondencia',
    offers: 'Ofertas',
    bindings: 'Vínculos',
    catalogue: 'Catálogo',
    mapping: 'Mapeo',
    orders: 'Pedidos',
    commissions: 'Comisiones',
    payments: 'Pagos',
    settlement: 'Liquidación',
    notifications: 'Notificaciones',
    sellers: 'Sellers',
    settings: 'Configuración',
  },
} satisfies Record<string, Record<Screen, string>>;
export type MenuLanguage = keyof typeof screenNames;
