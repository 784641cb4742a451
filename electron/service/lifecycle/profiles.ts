/**
 * What a data directory holds: the demonstration, and one folder for each marketplace, told apart by account and address.
 * Each has a database, keys and an outbox of its own, so that nothing decided for one marketplace ever reaches another.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BinderyError } from '../../../shared/domain/errors.ts';

export interface Marketplace {
  /** Empty when only an address is known: a backend that the command line named. */
  readonly account: string;
  readonly backendUrl: string;
}

export interface ProfilePlace {
  /** The name of its folder, and of its keys in the secret store. */
  readonly id: string;
  readonly kind: 'demo' | 'real';
  readonly folder: string;
  /** Null in the demonstration. */
  readonly marketplace: Marketplace | null;
}

export interface Profiles {
  readonly demo: ProfilePlace;
  /** The demonstration first, then the marketplaces in the order of their names. */
  list(): ProfilePlace[];
  /** @throws BinderyError `not-found` */
  get(id: string): ProfilePlace;
  /** The place of a marketplace, and whether it is there already. Nothing is written. @throws BinderyError when two fit */
  placeOf(marketplace: Marketplace): ProfilePlace & { readonly marketplace: Marketplace };
  /** Writes down whose the folder is; from then on it is in the list. */
  claim(place: ProfilePlace & { readonly marketplace: Marketplace }): void;
  /** The profile that was opened last, when it is still there. */
  remembered(): ProfilePlace | null;
  /** Opened with the next start, too. */
  remember(place: ProfilePlace): void;
}

/** A profile as windows see it. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly kind: 'demo' | 'real';
  readonly account: string;
  readonly backendUrl: string;
}

/** The account that a hosted marketplace's address begins with; empty when the address says nothing of it. */
function accountIn(backendUrl: string): string {
  const [label = '', ...rest] = new URL(backendUrl).hostname.split('.');
  return rest.length >= 2 && /[a-z]/i.test(rest.join('')) ? label : '';
}

/** What windows are told of a profile. */
export function profileOf({ id, kind, marketplace }: ProfilePlace): Profile {
  if (marketplace === null) return { id, name: 'Demonstration', kind, account: '', backendUrl: '' };
  const account = marketplace.account || accountIn(marketplace.backendUrl);
  return {
    id,
    name: account || new URL(marketplace.backendUrl).host,
    kind,
    account,
    backendUrl: marketplace.backendUrl,
  };
}

/** Data directories of before there was a folder a marketplace have theirs here. */
const first = 'real';
const stored = z.object({ account: z.string(), backendUrl: z.string() });

/** An address as it is compared: without what says the same. */
function comparable(address: string): string {
  const url = new URL(address);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function readMarketplace(folder: string): Marketplace | null {
  const file = join(folder, 'connection.json');
  if (!existsSync(file)) return null;
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    // guessed wrong, the decisions in this folder would be sent to somebody else
    throw new BinderyError(
      'internal',
      `${file} cannot be read, so it is not known whose data is in this folder: ${error instanceof Error ? error.message : String(error)}. Restore the file from a backup, or move the folder away.`,
    );
  }
}

function idOf({ account, backendUrl }: Marketplace): string {
  const readable = (account === '' ? new URL(backendUrl).hostname : account)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 32);
  const digest = createHash('sha256')
    .update(`${account.toLowerCase()}\n${comparable(backendUrl)}`)
    .digest('hex');
  return `${first}-${readable}-${digest.slice(0, 12)}`;
}

/** Opens the list of a data directory, which is made when it is not there. */
export function openProfiles(dataDirectory: string): Profiles {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const pointer = join(dataDirectory, 'profile');
  const demo: ProfilePlace = { id: 'demo', kind: 'demo', folder: join(dataDirectory, 'demo'), marketplace: null };
  const place = (id: string, marketplace: Marketplace) => ({
    id,
    kind: 'real' as const,
    folder: join(dataDirectory, id),
    marketplace,
  });

  const claimed = () =>
    readdirSync(dataDirectory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && (entry.name === first || entry.name.startsWith(`${first}-`)))
      .flatMap(({ name }) => {
        const marketplace = readMarketplace(join(dataDirectory, name));
        return marketplace === null ? [] : [place(name, marketplace)];
      })
      .sort((left, right) => left.marketplace.account.localeCompare(right.marketplace.account));
  const list = (): ProfilePlace[] => [demo, ...claimed()];
  const remembered = (): ProfilePlace | null => {
    if (!existsSync(pointer)) return null;
    const id = readFileSync(pointer, 'utf8').trim();
    return list().find((one) => one.id === id) ?? null;
  };

  return {
    demo,
    list,
    get(id) {
      const found = list().find((one) => one.id === id);
      if (!found)
        throw new BinderyError('not-found', 'This profile is not here. Connect the marketplace first.', {
          field: 'profileId',
        });
      return found;
    },
    placeOf(marketplace) {
      const sameAddress = claimed().filter(
        (one) => comparable(one.marketplace.backendUrl) === comparable(marketplace.backendUrl),
      );
      if (marketplace.account === '') {
        const [only, ...others] = sameAddress;
        const last = remembered();
        const found = others.length === 0 ? only : sameAddress.find((one) => one.id === last?.id);
        if (found) return found;
        if (only)
          throw new BinderyError(
            'invalid-request',
            `Several marketplaces of this data directory are at ${marketplace.backendUrl}: ${sameAddress.map((one) => one.marketplace.account).join(', ')}. Start without --backend and choose one in Settings, or name another data directory.`,
          );
        // a folder of an earlier version that was only ever used with the command line's address has no owner yet
        const unclaimed = join(dataDirectory, first);
        if (existsSync(join(unclaimed, 'bindery.sqlite')) && readMarketplace(unclaimed) === null)
          return place(first, marketplace);
        return place(idOf(marketplace), marketplace);
      }
      const account = marketplace.account.toLowerCase();
      const found =
        sameAddress.find((one) => one.marketplace.account.toLowerCase() === account) ??
        // begun on the command line, and now its account is known
        sameAddress.find((one) => one.marketplace.account === '');
      return found ? { ...found, marketplace } : place(idOf(marketplace), marketplace);
    },
    claim({ folder, marketplace }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeWhole(join(folder, 'connection.json'), JSON.stringify(marketplace));
    },
    remembered,
    remember({ id }) {
      writeWhole(pointer, id);
    },
  };
}
