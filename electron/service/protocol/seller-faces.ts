/** How a seller is spoken to about orders: as any seller, as a store on the platform, or by its queue. Knows no HTTP: database threads use it. */
export const sellerFaces = ['external', 'store', 'queue'] as const;
export type SellerFace = (typeof sellerFaces)[number];
