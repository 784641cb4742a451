import { accessReads, accessWrites } from '../access/statements.ts';
import { agreementReads } from '../agreements/reads.ts';
import { scorecardReads } from '../agreements/scorecards.ts';
import { agreementWrites } from '../agreements/writes.ts';
import { bindingReads } from '../bindings/reads.ts';
import { journalReads, journalWrites } from '../catalog/journal.ts';
import { catalogReads } from '../catalog/reads.ts';
import { backendStateReads } from '../commissions/backend-state.ts';
import { commissionReads } from '../commissions/reads.ts';
import { commissionWrites } from '../commissions/writes.ts';
import { credentialReads, credentialWrites } from '../credentials/statements.ts';
import { bulkReads, bulkWrites } from '../decisions/bulk-writes.ts';
import { decisionReads } from '../decisions/reads.ts';
import { decisionWrites } from '../decisions/writes.ts';
import { mappingReads, mappingWrites } from '../mapping/statements.ts';
import { decideWrites } from '../matching-room/decide.ts';
import { evidenceReads, evidenceWrites } from '../matching-room/evidence.ts';
import { groupReads } from '../matching-room/groups.ts';
import { modelReads, modelWrites } from '../matching-room/models.ts';
import { reportReads } from '../matching-room/report.ts';
import { ruleReads, ruleWrites } from '../matching-room/rules.ts';
import { similarReads, similarWrites } from '../matching-room/similar.ts';
import { notificationHealthReads } from '../notifications/health-reads.ts';
import { notificationReads } from '../notifications/reads.ts';
import { notificationWrites } from '../notifications/writes.ts';
import { offerReads } from '../offers/reads.ts';
import { sweepWrites } from '../offers/sweep.ts';
import { offerWrites } from '../offers/writes.ts';
import { orderChangeWrites } from '../orders/change-writes.ts';
import { exposureReads, exposureWrites } from '../orders/exposure-statements.ts';
import { orderFlowReads } from '../orders/flow-reads.ts';
import { intakeReads, intakeWrites } from '../orders/intake-statements.ts';
import { orderInvoiceWrites } from '../orders/invoice-writes.ts';
import { orderPrivacyWrites } from '../orders/privacy.ts';
import { orderReads } from '../orders/reads.ts';
import { reconcileReads, reconcileWrites } from '../orders/reconcile-statements.ts';
import { orderReportWrites } from '../orders/report-writes.ts';
import { sellerChangeReads, sellerChangeWrites } from '../orders/seller-change.ts';
import { orderTaskWrites } from '../orders/task-writes.ts';
import { orderWrites } from '../orders/writes.ts';
import { paymentReads } from '../payments/reads.ts';
import { storeReads, storeWrites } from '../payments/stores.ts';
import { paymentWrites } from '../payments/writes.ts';
import { sellerReads } from '../sellers/reads.ts';
import { sellerWrites } from '../sellers/writes.ts';
import { settingReads, settingWrites } from '../settings/statements.ts';
import { streamWrites } from '../stream/statements.ts';
import { inboxWrites } from '../sync/inbox-writes.ts';
import { outboxWrites } from '../sync/outbox-writes.ts';
import { pullBindingWrites } from '../sync/pull-binding-writes.ts';
import { pullWrites } from '../sync/pull-writes.ts';

/** Every statement that a reader may run, by name. */
export const reads = {
  ...offerReads,
  ...decisionReads,
  ...bulkReads,
  ...bindingReads,
  ...catalogReads,
  ...journalReads,
  ...sellerReads,
  ...orderReads,
  ...orderFlowReads,
  ...sellerChangeReads,
  ...exposureReads,
  ...notificationReads,
  ...notificationHealthReads,
  ...reconcileReads,
  ...intakeReads,
  ...credentialReads,
  ...mappingReads,
  ...evidenceReads,
  ...modelReads,
  ...groupReads,
  ...reportReads,
  ...ruleReads,
  ...similarReads,
  ...commissionReads,
  ...backendStateReads,
  ...paymentReads,
  ...storeReads,
  ...agreementReads,
  ...scorecardReads,
  ...settingReads,
  ...accessReads,
};
/** Every statement that the writer may run, each in one transaction. */
export const writes = {
  ...offerWrites,
  ...sweepWrites,
  ...decisionWrites,
  ...bulkWrites,
  ...sellerWrites,
  ...orderWrites,
  ...orderTaskWrites,
  ...orderChangeWrites,
  ...orderPrivacyWrites,
  ...sellerChangeWrites,
  ...exposureWrites,
  ...reconcileWrites,
  ...intakeWrites,
  ...orderInvoiceWrites,
  ...orderReportWrites,
  ...credentialWrites,
  ...mappingWrites,
  ...decideWrites,
  ...evidenceWrites,
  ...modelWrites,
  ...ruleWrites,
  ...similarWrites,
  ...journalWrites,
  ...commissionWrites,
  ...paymentWrites,
  ...storeWrites,
  ...agreementWrites,
  ...settingWrites,
  ...accessWrites,
  ...inboxWrites,
  ...notificationWrites,
  ...streamWrites,
  ...outboxWrites,
  ...pullWrites,
  ...pullBindingWrites,
};

export type Reads = typeof reads;
export type Writes = typeof writes;
