/** What sellers and the storefront were answered, beside the message that it answers: written behind the reply, many together. */
import type { Log } from '../context.ts';
import type { ServiceDatabase } from '../database/threads.ts';

export interface Answers {
  /** Keeps an answer. It is written soon; a crash before that loses the text, not the status. */
  keep(messageId: number, answer: unknown): void;
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>;
}

/** Milliseconds in which answers gather: nobody waits for them. */
const gather = 50;
const mostTogether = 500;

export function createAnswers(options: {
  readonly database: Pick<ServiceDatabase, 'write'>;
  readonly sealer: { seal(text: string): string };
  readonly log: Log;
}): Answers {
  let waiting: { messageId: number; answer: unknown }[] = [];
  let running: Promise<void> | null = null;
  async function write(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, gather));
    while (waiting.length > 0) {
      const answers = waiting.slice(0, mostTogether).map(({ messageId, answer }) => ({
        messageId,
        answerSealed: options.sealer.seal(JSON.stringify(answer)),
      }));
      waiting = waiting.slice(mostTogether);
      try {
        await options.database.write('orders.answered', { answers }, { priority: 'background' });
      } catch (error) {
        options.log('warn', 'answers to sellers were not kept', { count: answers.length, problem: String(error) });
      }
    }
    running = null;
  }
  return {
    keep(messageId, answer) {
      waiting.push({ messageId, answer });
      running ??= write();
    },
    drained: () => running ?? Promise.resolve(),
  };
}
