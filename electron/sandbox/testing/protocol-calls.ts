/** One call of each kind that the sandbox serves and an OpenAPI file describes, in an order in which they succeed. */
import type { Fields } from '../input.ts';
import { fields, listOfFields, text } from '../input.ts';
import type { Answer, Client } from './client.ts';
import { matchPath } from './client.ts';

export type Call = readonly [
  file: string,
  method: string,
  path: string,
  status: number,
  run: (client: Client) => Promise<Answer>,
];

const SUGGESTIONS = 'marketplace-apis-suggestions.json';
const MARKETPLACE = 'marketplace-apis.json';
const BINDINGS = 'sku-bindings-api.json';
const CATALOG = 'catalog-api.json';
const PAYMENTS = 'payments-gateway-api.json';
const FULFILLMENT = 'marketplace-protocol-external-seller-fulfillment.json';

export function calls(b: Fields, suggestion: Fields): readonly Call[] {
  const seller = text(b, 'SellerId');
  const key = `${seller}/${text(b, 'SellerStockKeepingUnitId')}`;
  const sku = text(b, 'StockKeepingUnitId');
  const config = {
    Score: { Approve: 80, Reject: 30 },
    SpecificationsMapping: [],
    MatchFlux: 'manual',
    Matchers: [
      {
        MatcherId: 'm',
        'hook-base-address': 'http://m.example',
        IsActive: true,
        UpdatesNotificationEndpoint: '',
        Description: '',
      },
    ],
  };
  const item = {
    itemId: suggestion.ItemId,
    sellerId: suggestion.SellerId,
    versionId: 'old',
    matchId: 'm',
    matcherId: 'm',
    categoryId: 3,
  };
  const commission = [
    { categoryId: '3', categoryFullPath: null, productCommissionPercentage: 9.85, freightCommissionPercentage: 2.43 },
  ];
  const product = `/api/offer-manager/pvt/product/${10_000_000 + Number(sku)}`;
  return [
    [
      CATALOG,
      'get',
      '/api/catalog_system/pvt/sku/stockkeepingunitids',
      200,
      (c) => c.get('/api/catalog_system/pvt/sku/stockkeepingunitids?page=1&pagesize=10'),
    ],
    [
      CATALOG,
      'get',
      '/api/catalog_system/pvt/sku/stockkeepingunitidsbysaleschannel',
      200,
      (c) => c.get('/api/catalog_system/pvt/sku/stockkeepingunitidsbysaleschannel?sc=1'),
    ],
    [
      CATALOG,
      'get',
      '/api/catalog_system/pvt/sku/stockkeepingunitbyid/{skuId}',
      200,
      (c) => c.get(`/api/catalog_system/pvt/sku/stockkeepingunitbyid/${sku}`),
    ],
    [
      CATALOG,
      'post',
      '/api/catalog_system/pub/sku/stockkeepingunitidsbyrefids',
      200,
      (c) => c.post('/api/catalog_system/pub/sku/stockkeepingunitidsbyrefids', ['REF-000001']),
    ],
    [
      CATALOG,
      'get',
      '/api/catalog_system/pub/category/tree/{categoryLevels}',
      200,
      (c) => c.get('/api/catalog_system/pub/category/tree/2'),
    ],
    [CATALOG, 'get', '/api/catalog_system/pvt/brand/list', 200, (c) => c.get('/api/catalog_system/pvt/brand/list')],
    [CATALOG, 'get', '/api/catalog_system/pvt/seller/list', 200, (c) => c.get('/api/catalog_system/pvt/seller/list')],
    [
      CATALOG,
      'get',
      '/api/catalog_system/pvt/seller/{sellerId}',
      200,
      (c) => c.get(`/api/catalog_system/pvt/seller/${seller}`),
    ],
    [
      CATALOG,
      'get',
      '/api/catalog_system/pvt/sellers/{sellerId}',
      200,
      (c) => c.get(`/api/catalog_system/pvt/sellers/${seller}`),
    ],
    [
      CATALOG,
      'get',
      '/api/catalog_system/pvt/skuseller/{sellerId}/{sellerSkuId}',
      200,
      (c) => c.get(`/api/catalog_system/pvt/skuseller/${key}`),
    ],
    [
      CATALOG,
      'post',
      '/api/catalog_system/pvt/skuseller/changenotification/{skuId}',
      200,
      (c) => c.post(`/api/catalog_system/pvt/skuseller/changenotification/${sku}`),
    ],
    [
      BINDINGS,
      'get',
      '/sku-binding/pvt/skusellers/{skuId}',
      200,
      (c) => c.get(`/api/sku-binding/pvt/skusellers/${sku}`),
    ],
    [
      BINDINGS,
      'get',
      '/sku-binding/pvt/skuseller/admin',
      200,
      (c) => c.get('/api/sku-binding/pvt/skuseller/admin?size=5'),
    ],
    [
      BINDINGS,
      'get',
      '/sku-binding/pvt/skuseller/{sellerId}/{sellerSkuId}',
      200,
      (c) => c.get(`/api/sku-binding/pvt/skuseller/${key}`),
    ],
    [
      BINDINGS,
      'get',
      '/sku-binding/pvt/skuseller/list/bysellerId/{sellerId}',
      200,
      (c) => c.get(`/api/sku-binding/pvt/skuseller/list/bysellerId/${seller}`),
    ],
    [
      BINDINGS,
      'get',
      '/sku-binding/pvt/skuseller/paged/sellerid/{sellerId}',
      200,
      (c) => c.get(`/api/sku-binding/pvt/skuseller/paged/sellerid/${seller}?page=1&size=5`),
    ],
    [
      BINDINGS,
      'put',
      '/sku-binding/pvt/skuseller/{sellerId}/{sellerSkuId}',
      204,
      (c) => c.put(`/api/sku-binding/pvt/skuseller/${key}`, { StockKeepingUnitId: Number(sku) }),
    ],
    [
      BINDINGS,
      'post',
      '/sku-binding/pvt/skuseller/changenotification/{sellerId}/{sellerSkuId}',
      200,
      (c) => c.post(`/api/sku-binding/pvt/skuseller/changenotification/${key}`),
    ],
    [
      BINDINGS,
      'post',
      '/sku-binding/pvt/skuseller/changenotification/{sellerId}/{sellerSkuId}',
      404,
      (c) => c.post(`/api/sku-binding/pvt/skuseller/changenotification/${seller}/none`),
    ],
    [
      BINDINGS,
      'post',
      '/sku-binding/pvt/skuseller/insertion',
      200,
      (c) =>
        c.post('/api/sku-binding/pvt/skuseller/insertion', {
          SellerId: 'seller-1',
          SellerStockKeepingUnitId: 'p',
          StockKeepingUnitId: 100,
          IsActive: true,
        }),
    ],
    [
      BINDINGS,
      'post',
      '/sku-binding/pvt/skuseller/insertion',
      409,
      (c) =>
        c.post('/api/sku-binding/pvt/skuseller/insertion', {
          SellerId: 'seller-1',
          SellerStockKeepingUnitId: 'p',
          StockKeepingUnitId: 99,
          IsActive: true,
        }),
    ],
    [
      BINDINGS,
      'post',
      '/sku-binding/pvt/skuseller/insertion',
      400,
      (c) => c.post('/api/sku-binding/pvt/skuseller/insertion', {}),
    ],
    [
      BINDINGS,
      'post',
      '/sku-binding/pvt/skuseller/inactivate/{sellerId}/{skuSellerId}',
      200,
      (c) => c.post(`/api/sku-binding/pvt/skuseller/inactivate/${key}`),
    ],
    [
      BINDINGS,
      'post',
      '/sku-binding/pvt/skuseller/activate/{sellerId}/{skuSellerId}',
      200,
      (c) => c.post(`/api/sku-binding/pvt/skuseller/activate/${key}`),
    ],
    [
      MARKETPLACE,
      'post',
      '/notificator/{sellerId}/changenotification/{skuId}/price',
      202,
      (c) => c.post(`/api/notificator/${seller}/changenotification/1/price`),
    ],
    [
      MARKETPLACE,
      'post',
      '/notificator/{sellerId}/changenotification/{skuId}/inventory',
      202,
      (c) => c.post(`/api/notificator/${seller}/changenotification/1/inventory`),
    ],
    [MARKETPLACE, 'get', '/offer-manager/pvt/offers', 200, (c) => c.get('/api/offer-manager/pvt/offers?rows=5')],
    [MARKETPLACE, 'get', '/offer-manager/pvt/product/{productId}', 200, (c) => c.get(product)],
    [
      MARKETPLACE,
      'get',
      '/offer-manager/pvt/product/{productId}/sku/{skuId}',
      200,
      (c) => c.get(`${product}/sku/${sku}`),
    ],
    [MARKETPLACE, 'get', '/seller-register/pvt/sellers', 200, (c) => c.get('/api/seller-register/pvt/sellers')],
    [
      MARKETPLACE,
      'get',
      '/seller-register/pvt/sellers/{sellerId}',
      200,
      (c) => c.get(`/api/seller-register/pvt/sellers/${seller}`),
    ],
    [PAYMENTS, 'get', '/api/pvt/merchants/payment-systems', 200, (c) => c.get('/api/pvt/merchants/payment-systems')],
    [PAYMENTS, 'get', '/api/pvt/rules', 200, (c) => c.get('/api/pvt/rules')],
    [PAYMENTS, 'post', '/api/pvt/rules', 200, async (c) => c.post('/api/pvt/rules', await firstRule(c))],
    [
      PAYMENTS,
      'get',
      '/api/pvt/rules/{ruleId}',
      200,
      async (c) => c.get(`/api/pvt/rules/${text(await firstRule(c), 'id')}`),
    ],
    [
      PAYMENTS,
      'put',
      '/api/pvt/rules/{ruleId}',
      200,
      async (c) =>
        c.put(`/api/pvt/rules/${text(await firstRule(c), 'id')}`, { ...(await firstRule(c)), enabled: false }),
    ],
    [
      PAYMENTS,
      'delete',
      '/api/pvt/rules/{ruleId}',
      200,
      async (c) => c.call('DELETE', `/api/pvt/rules/${text(await firstRule(c), 'id')}`),
    ],
    [
      MARKETPLACE,
      'put',
      '/seller-register/pvt/sellers/{sellerId}/commissions',
      204,
      (c) => c.put(`/api/seller-register/pvt/sellers/${seller}/commissions`, commission),
    ],
    [
      MARKETPLACE,
      'get',
      '/seller-register/pvt/sellers/{sellerId}/commissions',
      200,
      (c) => c.get(`/api/seller-register/pvt/sellers/${seller}/commissions`),
    ],
    [
      MARKETPLACE,
      'get',
      '/seller-register/pvt/sellers/{sellerId}/commissions/{categoryId}',
      200,
      (c) => c.get(`/api/seller-register/pvt/sellers/${seller}/commissions/3`),
    ],
    [
      MARKETPLACE,
      'delete',
      '/seller-register/pvt/sellers/{sellerId}/commissions/{categoryId}',
      204,
      (c) => c.call('DELETE', `/api/seller-register/pvt/sellers/${seller}/commissions/3`),
    ],
    [
      MARKETPLACE,
      'put',
      '/seller-register/pvt/sellers/{sellerId}/sales-channel/mapping',
      200,
      (c) =>
        c.put(`/api/seller-register/pvt/sellers/${seller}/sales-channel/mapping`, [
          { marketplaceSalesChannel: 1, sellerChannel: 'GCB' },
        ]),
    ],
    [
      MARKETPLACE,
      'get',
      '/seller-register/pvt/sellers/{sellerId}/sales-channel/mapping',
      200,
      (c) => c.get(`/api/seller-register/pvt/sellers/${seller}/sales-channel/mapping`),
    ],
    [SUGGESTIONS, 'get', '/suggestions/configuration', 200, (c) => c.get('/suggestions/configuration')],
    [SUGGESTIONS, 'put', '/suggestions/configuration', 200, (c) => c.put('/suggestions/configuration', config)],
    [
      SUGGESTIONS,
      'get',
      '/suggestions/configuration/account/config',
      200,
      (c) => c.get('/suggestions/configuration/account/config'),
    ],
    [
      SUGGESTIONS,
      'put',
      '/suggestions/configuration/seller/{sellerId}',
      200,
      (c) =>
        c.put(`/suggestions/configuration/seller/${seller}`, { sellerId: seller, mapping: {}, matchFlux: 'manual' }),
    ],
    [
      SUGGESTIONS,
      'get',
      '/suggestions/configuration/seller/{sellerId}',
      200,
      (c) => c.get(`/suggestions/configuration/seller/${seller}`),
    ],
    [
      SUGGESTIONS,
      'put',
      '/suggestions/configuration/{sellerID}/specifications',
      200,
      (c) => c.put(`/suggestions/configuration/${seller}/specifications`, { Farbe: 'Color' }),
    ],
    [
      SUGGESTIONS,
      'put',
      '/suggestions/configuration/autoapproval/toggle',
      200,
      (c) => c.put('/suggestions/configuration/autoapproval/toggle', { Enabled: false }),
    ],
    [
      SUGGESTIONS,
      'get',
      '/suggestions/configuration/autoapproval/toggle',
      200,
      (c) => c.get('/suggestions/configuration/autoapproval/toggle'),
    ],
    [
      SUGGESTIONS,
      'put',
      '/suggestions/configuration/autoapproval/toggle/seller/{sellerId}',
      200,
      (c) => c.put(`/suggestions/configuration/autoapproval/toggle/seller/${seller}`, { Enabled: false }),
    ],
    [
      SUGGESTIONS,
      'put',
      '/suggestions/matches/action/{actionName}',
      200,
      (c) => c.put('/suggestions/matches/action/deny', [item]),
    ],
    [
      SUGGESTIONS,
      'put',
      '/suggestions/{sellerId}/{sellerskuid}/versions/{version}/matches/{matchid}',
      200,
      (c) => c.put(matchPath(suggestion), { matcherId: 'm', matchType: 'pending', score: '50' }),
    ],
    [SUGGESTIONS, 'get', '/suggestions', 200, (c) => c.get('/suggestions')],
    [
      FULFILLMENT,
      'post',
      '/pvt/orderForms/simulation',
      200,
      (c) =>
        c.post(`/sellers/${text(suggestion, 'SellerId')}/pvt/orderForms/simulation`, {
          items: [{ id: suggestion.ItemId, quantity: 1, seller: '1' }],
          postalCode: '12345',
          country: 'USA',
        }),
    ],
    [
      BINDINGS,
      'post',
      '/sku-binding/pvt/skuseller/remove/{sellerId}/{sellerSkuId}',
      200,
      (c) => c.post(`/api/sku-binding/pvt/skuseller/remove/${key}`),
    ],
  ];
}

async function firstRule(client: Client): Promise<Fields> {
  return listOfFields((await client.get('/api/pvt/rules')).body)[0] ?? {};
}

/** A binding whose SKU is the first of its product, so that the product's id follows from the SKU's. */
export async function firstOfProduct(client: Client): Promise<Fields> {
  for (const b of listOfFields((await client.get('/api/sku-binding/pvt/skuseller/admin?size=50')).body)) {
    const record = fields(
      (await client.get(`/api/catalog_system/pvt/sku/stockkeepingunitbyid/${text(b, 'StockKeepingUnitId')}`)).body,
    );
    if (Number(record.ProductId) === 10_000_000 + Number(record.Id)) return b;
  }
  throw new Error('no such binding');
}
