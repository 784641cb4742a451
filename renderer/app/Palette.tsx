import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Kbd } from '../components/Kbd.tsx';
import { useQuery } from '../connection/hooks.ts';
import { allCommands, type Command, useCommandVersion } from './commands.ts';
import { go } from './routes.ts';

/** Whether every word of the query begins somewhere in the title or group. */
function fits(command: Command, query: string): boolean {
  const text = `${command.group} ${command.title}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The scrolling part can be reached by keyboard. */
const reachable = { viewportProps: { tabIndex: 0 } };

/** Small letters without accents, as people type them. */
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** One box for every command, every SKU and every seller. */
export function Palette() {
  const { t } = useTranslation('app');
  const [query, setQuery] = useState('');
  const text = query.trim();
  const [settled] = useDebouncedValue(text, 120);
  useCommandVersion();
  const found = useQuery('catalog.search', { text: settled, limit: 6 }, { enabled: settled.length >= 2 });
  const register = useQuery('sellers.list', {}, { enabled: settled.length >= 2 });
  const commands = allCommands().filter(
    (command) => !command.keysOnly && command.enabled !== false && (text === '' || fits(command, text)),
  );
  const groups = [...new Set(commands.map((command) => command.group))];
  const skus = settled.length >= 2 && text.length >= 2 ? (found.data?.skus ?? []) : [];

  const sellers =
    text.length < 2
      ? []
      : (register.data?.sellers ?? [])
          .filter(({ name, sellerId }) => plain(name).includes(plain(text)) || plain(sellerId).includes(plain(text)))
          .slice(0, 6);

  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={440}
      size={620}
      transitionProps={{ duration: 0 }}
      shadow="none"
      overlayProps={{ backgroundOpacity: 0.25, blur: 0 }}
      attributes={{ content: { 'data-testid': 'palette', 'aria-label': t('palette.label') } }}
    >
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        data-testid="palette-input"
      />
      <Spotlight.ActionsList {...reachable}>
        {skus.length > 0 && (
          <Spotlight.ActionsGroup label={t('groups.skus')}>
            {skus.map((sku) => (
              <Spotlight.Action
                key={sku.id}
                label={sku.name}
                description={t('palette.sku', { id: sku.id, sellers: sku.sellersBound })}
                onClick={() => go('catalogue', { sku: String(sku.id) })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {sellers.length > 0 && (
          <Spotlight.ActionsGroup label={t('nav.sellers')}>
            {sellers.map((seller) => (
              <Spotlight.Action
                key={seller.sellerId}
                label={seller.name}
                description={seller.sellerId}
                onClick={() => go('sellers', { seller: seller.sellerId })}
                data-testid="palette-seller"
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {text !== '' && (
          <Spotlight.Action
            label={t('palette.searchOffers', { text })}
            onClick={() => go('offers', { text })}
            data-testid="palette-search-offers"
          />
        )}
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {commands
              .filter((command) => command.group === group)
              .map((command) => (
                <Spotlight.Action
                  key={command.id}
                  label={command.title}
                  rightSection={command.keys?.[0] && <Kbd keys={command.keys[0]} />}
                  // after the palette has given the focus back, so that the command may move it
                  onClick={() => setTimeout(command.run, 30)}
                />
              ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && text === '' && <Spotlight.Empty>{t('palette.nothing')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
