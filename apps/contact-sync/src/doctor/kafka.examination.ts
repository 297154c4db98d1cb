import { type KafkaFacts, type KafkaObserver, type SettingFault, type TopicFacts } from '#kafka';
import { counted } from '#platform';

import { type Examination, type Finding, judged } from './examination.js';

/** The brokers, the topics and the projection's group. */
export class KafkaExamination implements Examination {
  readonly area = 'kafka';
  readonly asks = 'kafka';
  readonly document = 'docs/kafka.md';

  constructor(
    /** null: without Kafka. */
    private readonly observer: KafkaObserver | null,
    /** Their addresses, as a command takes them. */
    private readonly brokers: string,
  ) {}

  async examine(): Promise<Finding[]> {
    if (this.observer === null) {
      return [
        {
          check: 'kafka-brokers',
          verdict: 'ok',
          found: 'There is none (KAFKA_BROKERS): the read model follows the log.',
        },
      ];
    }
    const facts = await this.observer.look();
    return [
      {
        check: 'kafka-brokers',
        verdict: 'ok',
        found: `${counted(facts.brokers, 'broker answers', 'brokers answer')}.`,
      },
      topics(facts.topics),
      replicas(facts.topics),
      settings(facts, this.brokers),
      group(facts),
    ];
  }
}

function topics(found: readonly TopicFacts[]): Finding {
  const check = 'kafka-topics';
  const missing = found.filter(({ partitions }) => partitions === 0).map(({ topic }) => topic);
  const few = found.filter(({ partitions, wanted }) => partitions > 0 && partitions < wanted);
  if (missing.length > 0) {
    return {
      check,
      verdict: 'failed',
      found: `Topics are missing: ${missing.join(', ')}.`,
      mend: 'Start a process with the role relay, which makes them, or make them as docs/kafka.md says.',
    };
  }
  const told = found.map(({ topic, partitions }) => `${topic} has ${partitions}`).join(', ');
  const lacking = few
    .map(({ topic, partitions, wanted }) => `${topic} ${partitions} of ${wanted}`)
    .join(', ');
  return judged(check, few.length === 0, `The topics are there; of partitions ${told}.`, {
    verdict: 'warning',
    found: `Topics have fewer partitions than KAFKA_PARTITIONS: ${lacking}.`,
    mend: 'Leave it so, with KAFKA_PARTITIONS set to what they have: more partitions would break the order of contacts.',
  });
}

function replicas(found: readonly TopicFacts[]): Finding {
  const short = found.filter(({ underReplicated }) => underReplicated > 0);
  const told = short
    .map(({ topic, underReplicated }) => `${counted(underReplicated, 'partition')} of ${topic}`)
    .join(', ');
  return judged('kafka-replicas', short.length === 0, 'All replicas are in sync.', {
    verdict: 'warning',
    found: `Replicas are not in sync: ${told}.`,
    mend: 'Look at the brokers that are away; nothing is published below min.insync.replicas.',
  });
}

function settings({ faults, areSettingsReadable }: KafkaFacts, brokers: string): Finding {
  const check = 'kafka-settings';
  if (!areSettingsReadable) {
    return {
      check,
      verdict: 'warning',
      found: 'The settings of the topics may not be read.',
      mend: 'Allow DescribeConfigs on the topics: docs/kafka.md#secured.',
    };
  }
  const isHarm = faults.some(({ doesHarm }) => doesHarm);
  return judged(check, faults.length === 0, 'Cleanup, sizes and times of the topics are as they should be.', {
    verdict: isHarm ? 'failed' : 'warning',
    found: `${faults.map(({ message }) => message).join('. ')}.`,
    mend: faults.map((fault) => commandFor(fault, brokers)).join('; '),
    document: 'docs/kafka.md#change-a-setting-of-a-topic',
  });
}

/** As Kafka's own program takes it; the document says what takes its place where that is not installed. */
function commandFor({ wanted: { topic, setting, value } }: SettingFault, brokers: string): string {
  return (
    `kafka-configs.sh --bootstrap-server ${brokers} --alter --entity-type topics ` +
    `--entity-name ${topic} --add-config ${setting}=${value}`
  );
}

function group({ group: { id, state, members } }: KafkaFacts): Finding {
  const found = `The group ${id} is ${state.toLowerCase()}, with ${counted(members, 'member')}.`;
  return judged('kafka-group', members > 0, found, {
    verdict: 'failed',
    mend: 'See that a process with projector among its ROLES runs.',
  });
}
