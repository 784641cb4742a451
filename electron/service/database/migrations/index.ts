import { sql as cache } from './0010-cache.ts';
import { sql as workspace } from './0020-workspace.ts';
import { sql as commissions } from './0030-commissions.ts';
import { sql as orders } from './0040-orders.ts';
import { sql as credentials } from './0050-credentials.ts';
import { sql as inboxTurns } from './0051-inbox-turns.ts';
import { sql as lists } from './0056-lists.ts';
import { sql as batches } from './0057-batches.ts';
import { sql as said } from './0058-said.ts';
import { sql as words } from './0059-words.ts';
import { sql as matching } from './0060-matching.ts';
import { sql as matchingDecisions } from './0061-matching-decisions.ts';
import { sql as matchingFollowers } from './0062-matching-followers.ts';
import { sql as matchingScorers } from './0063-matching-scorers.ts';
import { sql as matchingOrders } from './0064-matching-orders.ts';
import { sql as payments } from './0070-payments.ts';
import { sql as agreements } from './0071-agreements.ts';
import { sql as soldOrders } from './0072-sold-orders.ts';
import { sql as soldMoney } from './0073-sold-money.ts';
import { sql as soldSegments } from './0074-sold-segments.ts';
import { sql as commissionDrafts } from './0075-commission-drafts.ts';
import { sql as soldCurrency } from './0077-sold-currency.ts';
import { sql as orderChanges } from './0080-order-changes.ts';
import { sql as exposure } from './0081-exposure.ts';
import { sql as orderNotes } from './0082-order-notes.ts';
import { sql as storeDisagrees } from './0083-store-disagrees.ts';
import { sql as backendOrders } from './0084-backend-orders.ts';
import { sql as orderRegion } from './0085-order-region.ts';
import { sql as orderAuthorised } from './0086-order-authorised.ts';
import { sql as settledByHand } from './0087-settled-by-hand.ts';
import { sql as orderKept } from './0088-order-kept.ts';
import { sql as windowCalendar } from './0089-window-calendar.ts';
import { sql as notifications } from './0090-notifications.ts';
import { sql as access } from './0091-access.ts';
import { sql as stream } from './0092-stream.ts';
import { sql as sharedInbox } from './0093-shared-inbox.ts';
import { sql as orderBoard } from './0094-order-board.ts';

/** Every migration in order. The number is the schema version it leads to; gaps leave room for back-ports. */
export const migrations: readonly { readonly version: number; readonly name: string; readonly sql: string }[] = [
  { version: 10, name: 'cache', sql: cache },
  { version: 20, name: 'workspace', sql: workspace },
  { version: 30, name: 'commissions', sql: commissions },
  { version: 40, name: 'orders', sql: orders },
  { version: 50, name: 'credentials', sql: credentials },
  { version: 51, name: 'inbox turns', sql: inboxTurns },
  { version: 56, name: 'lists', sql: lists },
  { version: 57, name: 'batches', sql: batches },
  { version: 58, name: 'said', sql: said },
  { version: 59, name: 'words', sql: words },
  { version: 60, name: 'matching', sql: matching },
  { version: 61, name: 'matching decisions', sql: matchingDecisions },
  { version: 62, name: 'matching followers', sql: matchingFollowers },
  { version: 63, name: 'matching scorers', sql: matchingScorers },
  { version: 64, name: 'matching orders', sql: matchingOrders },
  { version: 70, name: 'payments', sql: payments },
  { version: 71, name: 'agreements', sql: agreements },
  { version: 72, name: 'sold orders', sql: soldOrders },
  { version: 73, name: 'sold money', sql: soldMoney },
  { version: 74, name: 'sold segments', sql: soldSegments },
  { version: 75, name: 'commission drafts', sql: commissionDrafts },
  { version: 77, name: 'sold currency', sql: soldCurrency },
  { version: 80, name: 'order changes', sql: orderChanges },
  { version: 81, name: 'exposure', sql: exposure },
  { version: 82, name: 'order notes', sql: orderNotes },
  { version: 83, name: 'store disagrees', sql: storeDisagrees },
  { version: 84, name: 'backend orders', sql: backendOrders },
  { version: 85, name: 'order region', sql: orderRegion },
  { version: 86, name: 'order authorised', sql: orderAuthorised },
  { version: 87, name: 'settled by hand', sql: settledByHand },
  { version: 88, name: 'order kept', sql: orderKept },
  { version: 89, name: 'window calendar', sql: windowCalendar },
  { version: 90, name: 'notifications', sql: notifications },
  { version: 91, name: 'access', sql: access },
  { version: 92, name: 'stream', sql: stream },
  { version: 93, name: 'shared inbox', sql: sharedInbox },
  { version: 94, name: 'order board', sql: orderBoard },
];
