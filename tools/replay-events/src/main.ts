import { existsSync } from 'node:fs';

import { auditOperation, INTERRUPTED } from '#audit';
import { eventsTopic, KafkaErasureLedger, KafkaEventPublisher, kafkaSettings } from '#kafka';
import { topicNames } from '#contact-events';
import { lastPosition } from '#event-store';
import { counted, createLog, readPublishingConfiguration, refuseToStart } from '#platform';
import { z } from 'zod';

import { connect } from '#database';
import { replayToTopic } from '#publishing';
import { openTracing } from '#tracing';

const position = z
  .string()
  .regex(/^\d{1,18}$/, 'must be a position of the log: decimal digits')
  .transform(BigInt);

const argumentsSchema = z.object({
  topic: z
    .string('is missing')
    .regex(
      /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
      'must be a name of letters, digits, dots, underscores and hyphens',
    ),
  from: position.default(1n),
  to: position.optional(),
  account: z.uuid('must be the id of an account').optional(),
  rate: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'must be a number of messages from 1 to 9999999')
    .transform(Number)
    .optional(),
});

const EX_USAGE = 2;
/** How often progress is told. */
const TELL_EVERY_MS = 1_000;

/** Texts, as they were typed. */
type ReplayOptions = { readonly [Name in keyof z.infer<typeof argumentsSchema>]?: string };

/** `contactstream replay`: same ids, bytes, headers and keys as before, in log order. */
export async function run(options: ReplayOptions): Promise<void> {
  const wanted = readArguments(options);
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    const configuration = readPublishingConfiguration(process.env);
    const { group: _, ...own } = topicNames(configuration.KAFKA_TOPIC_PREFIX);
    if (Object.values(own).includes(wanted.topic)) {
      refuse(
        `${wanted.topic} is one of the service's own topics: what others read there must not come again. Name another.`,
      );
    }
    await replay(configuration, wanted);
  } catch (error) {
    refuseToStart('replay', error);
  }
}

async function replay(
  configuration: ReturnType<typeof readPublishingConfiguration>,
  { topic, from, to: wantedTo, account, rate }: z.infer<typeof argumentsSchema>,
): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopping.abort(signal);
    });
  }
  const log = createLog(configuration);
  const orm = await connect(configuration);
  // The same headers as the service sends.
  const tracing = await openTracing(configuration, log);
  const settings = kafkaSettings(configuration);
  const publisher = new KafkaEventPublisher(settings, log, [eventsTopic(topic, settings.times)]);
  const ledger = new KafkaErasureLedger(settings, log);
  let done = { messages: 0, position: from - 1n };
  let toldAt = performance.now();
  try {
    // What is appended from now on is not part of it: it would have no end beside a running service.
    const end = await lastPosition(orm.em.fork());
    const to = wantedTo === undefined || wantedTo > end ? end : wantedTo;
    // A database that was restored may have again what was erased.
    const erased = new Set((await ledger.read()).map(({ accountId }) => accountId));
    say(`Publishing positions ${from} to ${to} to ${topic}`);
    const publish = () =>
      replayToTopic(
        orm.em,
        publisher,
        { from, to, without: erased, ...(account === undefined ? {} : { accountId: account }) },
        {
          topic,
          publicUrl: configuration.PUBLIC_URL,
          ...(rate === undefined ? {} : { rate }),
          report: (progress) => {
            done = progress;
            if (performance.now() - toldAt < TELL_EVERY_MS) return;
            toldAt = performance.now();
            say(`${counted(done.messages, 'message')}, position ${done.position} of ${to}`);
          },
        },
        stopping.signal,
      );
    const failureOf = () => (stopping.signal.aborted ? INTERRUPTED : null);
    await auditOperation(orm.em, 'events.replay', { accountId: account, object: topic }, publish, failureOf);
    if (stopping.signal.aborted) {
      say(`Interrupted after ${counted(done.messages, 'message')}. ${goOn(done.position)}`);
      process.exitCode = stopping.signal.reason === 'SIGINT' ? 130 : 143;
    } else {
      say(`Done: ${counted(done.messages, 'message')}`);
    }
  } catch (error) {
    say(`Stopped after ${counted(done.messages, 'message')}. ${goOn(done.position)}`);
    throw error;
  } finally {
    await publisher.close();
    await ledger.close();
    await orm.close();
    await tracing?.stop();
  }
}

function readArguments(options: ReplayOptions): z.infer<typeof argumentsSchema> {
  const result = argumentsSchema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return refuse(`--${String(issue?.path[0])} ${issue?.message ?? 'is wrong'}.`);
}

function refuse(why: string): never {
  process.stderr.write(`contactstream: ${why}\n  next: contactstream replay --help\n`);
  process.exit(EX_USAGE);
}

function goOn(position: bigint): string {
  return `Go on with --from ${position + 1n}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
