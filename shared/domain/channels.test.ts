import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChannelPair, channelsToAsk, mappedChannels } from './channels.ts';

const channel = fc.constantFrom('1', '2', '3', '4');
const pairs = fc.uniqueArray(
  fc.record<ChannelPair>({ marketplaceChannel: channel, sellerChannel: fc.constantFrom('A', 'B', 'C') }),
  { selector: ({ marketplaceChannel }) => marketplaceChannel },
);
const seed = 20_261_125;

describe('channelsToAsk', () => {
  it('asks once on each channel that is sold on and mapped, in the marketplace’s order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(channel), fc.option(fc.uniqueArray(channel)), pairs, (sold, selected, mapped) => {
        const asked = channelsToAsk(sold, selected, mapped).map(({ marketplaceChannel }) => marketplaceChannel);
        const there = mapped.length > 0 ? mapped.map(({ marketplaceChannel }) => marketplaceChannel) : selected;
        expect(asked).toEqual(sold.filter((each) => there === null || there.includes(each)));
      }),
      { seed },
    );
  });
  it('asks by the seller’s name of the channel, or by our number where nothing is mapped', () => {
    const mapped = [{ marketplaceChannel: '2', sellerChannel: 'APP' }];
    expect(channelsToAsk(['1', '2'], null, mapped)).toEqual(mapped);
    expect(channelsToAsk(['1', '2'], ['2', '3'], [])).toEqual([{ marketplaceChannel: '2', sellerChannel: '2' }]);
    expect(channelsToAsk(['1'], null, mapped)).toEqual([]);
  });
});

it('puts what is said here before what the backend says, and has nobody answer for two', () => {
  const backend = [
    { marketplaceChannel: '1', sellerChannel: 'GCB' },
    { marketplaceChannel: '2', sellerChannel: 'APP' },
  ];
  expect(mappedChannels(backend, [{ marketplaceChannel: '3', sellerChannel: 'GCB' }])).toEqual([
    { marketplaceChannel: '3', sellerChannel: 'GCB' },
    { marketplaceChannel: '2', sellerChannel: 'APP' },
  ]);
  expect(mappedChannels(backend, [])).toEqual(backend);
});
