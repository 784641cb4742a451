/** The keys of a marketplace in the secret store: both under one name, so that a crash never leaves the key of one with the token of another. */
import { z } from 'zod';
import type { SecretStore } from '../secrets.ts';

export interface MarketplaceKeys {
  readonly appKey: string;
  readonly appToken: string;
}

const stored = z.object({ appKey: z.string(), appToken: z.string() });
const nameOf = (profileId: string): string => `${profileId}.credentials`;
/** Earlier versions kept the two apart. */
const earlier = ['appKey', 'appToken'] as const;

/** The keys of a profile; null when there are none, or not both. */
export async function readKeys(secrets: SecretStore, profileId: string): Promise<MarketplaceKeys | null> {
  const kept = await secrets.get(nameOf(profileId));
  if (kept !== null) return stored.parse(JSON.parse(kept));
  const [appKey, appToken] = await Promise.all(earlier.map((name) => secrets.get(`${profileId}.${name}`)));
  return appKey && appToken ? { appKey, appToken } : null;
}

/** Replaces the keys of a profile, both at once. */
export async function writeKeys(secrets: SecretStore, profileId: string, keys: MarketplaceKeys): Promise<void> {
  await secrets.set(nameOf(profileId), JSON.stringify(keys));
  for (const name of earlier) await secrets.set(`${profileId}.${name}`, null);
}
