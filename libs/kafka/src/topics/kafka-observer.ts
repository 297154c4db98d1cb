import { topicNames } from '#contact-events';
import { type WorkLog } from '#platform';
import { type Admin } from 'kafkajs';

import { asAdmin } from '../client/as-admin.js';
import { kafkaClient } from '../client/kafka-client.js';
import { type KafkaSettings } from '../client/kafka-settings.js';
import {
  serviceTopics,
  type SettingFault,
  settingFaults,
  topicSettings,
  type WantedTopic,
} from './kafka-topics.js';

export interface TopicFacts {
  readonly topic: string;
  /** 0: it is not there. */
  readonly partitions: number;
  /** What KAFKA_PARTITIONS says. */
  readonly wanted: number;
  /** Partitions with a replica that is not in sync. */
  readonly underReplicated: number;
}

export interface KafkaFacts {
  readonly brokers: number;
  readonly topics: readonly TopicFacts[];
  /** What is not as it should be of the topics' settings. */
  readonly faults: readonly SettingFault[];
  /** Reading them needs a right of its own. */
  readonly areSettingsReadable: boolean;
  /** The projection's consumer group. */
  readonly group: { readonly id: string; readonly state: string; readonly members: number };
}

/** Looks at Kafka, for people who want to know how it is; changes nothing. */
export class KafkaObserver {
  private readonly wanted: readonly WantedTopic[];

  constructor(
    private readonly settings: KafkaSettings,
    private readonly log: WorkLog,
  ) {
    this.wanted = serviceTopics(settings);
  }

  /** @throws what keeps it from being found out: no broker answers, or the service may not ask */
  async look(): Promise<KafkaFacts> {
    return asAdmin(kafkaClient(this.settings, this.log), async (admin) => {
      const [cluster, topics, settings, group] = [
        await admin.describeCluster(),
        await this.topics(admin),
        await topicSettings(admin, this.wanted).catch(() => null),
        await this.group(admin),
      ];
      return {
        brokers: cluster.brokers.length,
        topics,
        faults: this.wanted.flatMap((wanted) => settingFaults(wanted, settings?.get(wanted.topic))),
        areSettingsReadable: settings !== null,
        group,
      };
    });
  }

  private async topics(admin: Admin): Promise<TopicFacts[]> {
    const wanted = this.wanted.map(({ topic }) => topic);
    const there = new Set(await admin.listTopics());
    const { topics } = await admin.fetchTopicMetadata({ topics: wanted.filter((topic) => there.has(topic)) });
    return wanted.map((topic) => {
      const partitions = topics.find(({ name }) => name === topic)?.partitions ?? [];
      return {
        topic,
        partitions: partitions.length,
        wanted: this.settings.partitions,
        underReplicated: partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length,
      };
    });
  }

  private async group(admin: Admin): Promise<KafkaFacts['group']> {
    const id = topicNames(this.settings.topicPrefix).group;
    const { groups } = await admin.describeGroups([id]);
    return { id, state: groups[0]?.state ?? 'Unknown', members: groups[0]?.members.length ?? 0 };
  }
}
