/** The payments gateway's memory: payment systems, conditions ("rules") and the stores' settings about the marketplace. */
import { invalidField } from './errors.ts';
import type { Fields } from './input.ts';
import { bool, fields, isFields, listOfFields, number, text } from './input.ts';
import { hash } from './random.ts';

const card = (id: number, name: string, pattern: string) => ({ id, name, group: 'creditCard', pattern });
/** What the gateway can charge with. */
const SYSTEMS = [
  card(1, 'American Express', '^3[47][0-9]{13}$'),
  card(2, 'Visa', '^4[0-9]{15}$'),
  card(4, 'Mastercard', '^5[1-5][0-9]{14}$'),
  { id: 6, name: 'Bank Invoice', group: 'bankInvoice', pattern: null },
  { id: 16, name: 'Vale', group: 'giftCard', pattern: null },
  { id: 64, name: 'Customer Credit', group: 'creditControl', pattern: null },
  { id: 125, name: 'Pix', group: 'instantPayment', pattern: null },
] as const;

export const paymentSystems: readonly Fields[] = SYSTEMS.map(({ id, name, group, pattern }) => ({
  id,
  name,
  requiresDocument: group === 'giftCard',
  implementation: `Sandbox.${group}.${name.replaceAll(' ', '')}`,
  connectorImplementation: 'Sandbox.Connectors.Testing',
  antifraudConnectorImplementation: null,
  groupName: group,
  redirect: false,
  isCustom: false,
  isSelfAuthorized: false,
  requiresAuthentication: false,
  allowInstallments: group === 'creditCard' || group === 'creditControl',
  allowBinExclusion: group === 'creditCard',
  allowMultiple: true,
  allowIssuer: group === 'creditCard',
  allowCountry: true,
  allowCommercialPolicy: true,
  allowCommercialCondition: true,
  allowPeriod: true,
  isAvailable: true,
  description: null,
  supportRecurrence: group === 'creditCard',
  validator: {
    regex: pattern,
    mask: pattern === null ? null : '9999 9999 9999 9999',
    cardCodeMask: pattern === null ? null : '999',
    cardCodeRegex: pattern === null ? null : '^[0-9]{3}$',
    weights: pattern === null ? null : [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1],
    useCvv: pattern !== null,
    useExpirationDate: pattern !== null,
    useCardHolderName: pattern !== null,
    useBillingAddress: pattern !== null,
    validCardLengths: null,
  },
  appDependencies: null,
  displayDocument: false,
  dueDate: '2026-12-20T11:46:27.2993428Z',
  allowNotification: false,
  affiliationId: null,
  availablePayments: null,
  dueDateMinutes: 10_079,
}));

function idOf(seed: number, owner: number, n: number): string {
  const part = (salt: number, length: number) =>
    hash(seed, owner * 1_000 + n, salt)
      .toString(16)
      .padStart(8, '0')
      .slice(0, length);
  return `${part(130, 8)}-${part(131, 4)}-4${part(132, 3)}-8${part(133, 3)}-${part(134, 8)}${part(135, 4)}`;
}

/** Installments 1 to `most`, without interest up to `free`, then at a fraction a month. */
const installments = (most: number, free: number, interestRate: number): Fields[] =>
  Array.from({ length: most }, (_, n) => ({
    ruleId: null,
    quantity: n + 1,
    value: 0,
    interestRate: n < free ? 0 : interestRate,
    isExternalInstallmentService: null,
    interestTax: 0,
  }));

function defaults(systemId: number, name: string): Fields {
  return {
    name,
    salesChannels: [{ id: ':ALL:' }],
    paymentSystem: { id: systemId, name, implementation: null },
    connector: { implementation: 'Sandbox.Connectors.Testing', affiliationId: 'sandbox-affiliation' },
    issuer: { name: null },
    antifraud: { implementation: null, affiliationId: null },
    installmentOptions: {
      dueDateType: 0,
      interestRateMethod: 0,
      minimumInstallmentValue: 0,
      installments: installments(1, 1, 0),
    },
    isSelfAuthorized: null,
    requiresAuthentication: null,
    enabled: true,
    installmentsService: false,
    isDefault: null,
    beginDate: null,
    endDate: null,
    condition: null,
    multiMerchantList: null,
    country: null,
    dateIntervals: null,
    externalInterest: false,
    minimumValue: null,
    deadlines: [],
    cobrand: { name: null },
    cardLevel: { name: null },
    excludedBinsRanges: null,
  };
}

/** What the marketplace begins with. */
function marketplaceRules(): Fields[] {
  const cards = (most: number, free: number) => ({
    installmentOptions: {
      dueDateType: 0,
      interestRateMethod: 0,
      minimumInstallmentValue: 5,
      installments: installments(most, free, 0.0199),
    },
  });
  return [
    { ...defaults(2, 'Visa'), ...cards(12, 6) },
    { ...defaults(4, 'Mastercard'), ...cards(12, 6) },
    { ...defaults(1, 'American Express'), ...cards(10, 3), minimumValue: 50 },
    { ...defaults(125, 'Pix') },
    { ...defaults(6, 'Bank Invoice'), dateIntervals: [{ start: '* * 06 * * * * -0300', end: '* * 22 * * * * -0300' }] },
    { ...defaults(16, 'Vale') },
    {
      ...defaults(64, 'Customer Credit'),
      requiresAuthentication: true,
      deadlines: [
        { paymentOptions: [{ days: 30, interestRate: 0 }] },
        {
          paymentOptions: [
            { days: 30, interestRate: 0 },
            { days: 60, interestRate: 3 },
          ],
        },
      ],
    },
  ];
}

const need = (body: Fields, name: string): void => {
  if (!(name in body)) throw invalidField(name, 'is required');
};
const REQUIRED = ['name', 'salesChannels', 'paymentSystem', 'enabled'] as const;

function money(body: Fields, name: string): void {
  const value = body[name];
  if (value === null || value === undefined) return;
  if (typeof value !== 'number' || value < 0 || Math.abs(value * 100 - Math.round(value * 100)) > 1e-6)
    throw invalidField(name, 'must be an amount of at most two places');
}

/** A rule as it is kept: every field that the API knows, or a 400 that names the field at fault. */
function checked(body: Fields): Fields {
  for (const name of REQUIRED) need(body, name);
  if (text(body, 'name').trim() === '') throw invalidField('name', 'is required');
  if (bool(body, 'enabled') === undefined) throw invalidField('enabled', 'must be true or false');
  const channels = listOfFields(body.salesChannels, 'salesChannels');
  if (channels.length === 0 || channels.some((channel) => text(channel, 'id') === ''))
    throw invalidField('salesChannels', 'must name channels, or :ALL:');
  const system = fields(body.paymentSystem, 'paymentSystem');
  const known = SYSTEMS.find(({ id }) => id === number(system, 'id'));
  if (known === undefined) throw invalidField('paymentSystem.id', 'is no payment system');
  if (isFields(body.installmentOptions)) {
    const options = body.installmentOptions;
    if (![0, 1].includes(number(options, 'dueDateType') ?? -1)) throw invalidField('dueDateType', 'must be 0 or 1');
    if (options.interestRateMethod !== null && ![0, 1, 2].includes(number(options, 'interestRateMethod') ?? -1))
      throw invalidField('interestRateMethod', 'must be null, 0, 1 or 2');
    money(options, 'minimumInstallmentValue');
    for (const each of listOfFields(options.installments, 'installments')) {
      const quantity = number(each, 'quantity');
      if (quantity === undefined || !Number.isInteger(quantity) || quantity < 1)
        throw invalidField('installments.quantity', 'must be a whole number from 1');
      if ((number(each, 'interestRate') ?? -1) < 0) throw invalidField('installments.interestRate', 'must be from 0');
    }
  } else if (body.installmentOptions !== null && body.installmentOptions !== undefined)
    throw invalidField('installmentOptions', 'must be an object or null');
  for (const each of listOfFields(body.deadlines ?? [], 'deadlines'))
    for (const option of listOfFields(each.paymentOptions, 'deadlines.paymentOptions'))
      if ((number(option, 'days') ?? -1) < 0) throw invalidField('deadlines.paymentOptions.days', 'must be from 0');
  money(body, 'minimumValue');
  for (const name of ['beginDate', 'endDate'])
    if (text(body, name) !== '' && Number.isNaN(Date.parse(text(body, name)))) throw invalidField(name, 'is no date');
  for (const each of listOfFields(body.dateIntervals ?? [], 'dateIntervals'))
    for (const name of ['start', 'end'])
      if (text(each, name).split(' ').length !== 8)
        throw invalidField(`dateIntervals.${name}`, 'must have eight parts');
  if (isFields(body.country) && !/^[A-Za-z]{2,3}$/.test(text(body.country, 'isoCode')))
    throw invalidField('country.isoCode', 'must be an ISO 3166 code');
  if (Array.isArray(body.multiMerchantList) && body.multiMerchantList.some((name) => typeof name !== 'string'))
    throw invalidField('multiMerchantList', 'must be names of accounts');
  const base = defaults(known.id, text(body, 'name'));
  const given = Object.fromEntries(Object.keys(base).flatMap((name) => (name in body ? [[name, body[name]]] : [])));
  return {
    ...base,
    ...given,
    paymentSystem: {
      id: known.id,
      name: text(system, 'name') || known.name,
      implementation: system.implementation ?? null,
    },
  };
}

/** Conditions of one account. */
export class PaymentRules {
  readonly #rules = new Map<string, Fields>();
  readonly #seed: number;
  readonly #owner: number;
  #next = 0;

  /** @param owner 0: the marketplace; otherwise the seller's position */
  constructor(seed: number, owner: number) {
    this.#seed = seed;
    this.#owner = owner;
    const given =
      owner === 0
        ? marketplaceRules()
        : [
            {
              ...defaults(2, 'Visa'),
              installmentOptions: {
                ...fields(defaults(2, 'Visa').installmentOptions),
                installments: installments(6, 3, 0.0249),
              },
            },
            { ...defaults(125, 'Pix') },
          ];
    for (const rule of given) this.insert(rule);
  }

  list(): Fields[] {
    return [...this.#rules.values()];
  }
  get(id: string): Fields | undefined {
    return this.#rules.get(id);
  }
  insert(body: Fields): Fields {
    const rule = { id: idOf(this.#seed, this.#owner, this.#next++), ...checked(body) };
    this.#rules.set(rule.id, rule);
    return rule;
  }
  replace(id: string, body: Fields): Fields {
    const rule = { id, ...checked(body) };
    this.#rules.set(id, rule);
    return rule;
  }
  remove(id: string): boolean {
    return this.#rules.delete(id);
  }
}

/** How one store knows the marketplace. */
export function affiliateOf(id: string): Record<string, unknown> {
  return {
    id,
    name: 'The marketplace',
    followUpEmail: 'marketplace@example.com',
    salesChannel: '1',
    searchURIEndpoint: '',
    searchURIEndpointVersion: '1.x.x',
    useSellerPaymentMethod: false,
    minimumValueAccumulated: null,
  };
}
