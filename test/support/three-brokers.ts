import { type LocalBroker, type LocalKafka } from '../../apps/local/src/kafka/start-kafka.js';
import { asAdmin } from './contact-feed-kafka.js';
import { ownKafkaFolder, startOwnKafka } from './own-kafka.js';
import { PublishedService } from './published-service.js';
import { waitFor } from './wait-for.js';

const REPLICAS = 3;

/** Three brokers, each topic on all of them, two of which must have what is acknowledged; and a service that uses them. */
export class ThreeBrokers {
  private constructor(
    private readonly kafka: LocalKafka,
    readonly service: PublishedService,
    private readonly remove: () => void,
  ) {}

  static async start(): Promise<ThreeBrokers> {
    const { folder, remove } = ownKafkaFolder();
    let controller = '';
    const kafka = await startOwnKafka(folder, {
      nodes: REPLICAS,
      // The first is the controller too, and is never killed: so the others can both be away and counted as such.
      properties: (node) => {
        // How soon a broker counts as dead.
        const soon = { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' };
        if (node.id === 1) {
          controller = `1@127.0.0.1:${node.controllerPort}`;
          return { ...soon, 'controller.quorum.voters': controller };
        }
        return {
          ...soon,
          'process.roles': 'broker',
          'controller.quorum.voters': controller,
          listeners: `PLAINTEXT://127.0.0.1:${node.port}`,
        };
      },
    });
    const service = await PublishedService.start(kafka.brokers.split(','));
    await service.change();
    await service.caughtUp();
    return new ThreeBrokers(kafka, service, remove);
  }

  /** Those that may be killed. */
  get mortal(): readonly LocalBroker[] {
    return this.kafka.nodes.slice(1);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.kafka.kill();
    this.remove();
  }

  async allInSync(): Promise<void> {
    await waitFor(async () => (await this.partitions()).every(({ isr }) => isr.length === REPLICAS), {
      what: 'every replica to be in sync',
      timeoutMs: 60_000,
      everyMs: 200,
    });
  }

  /** Of those that may be killed the one that leads the most. */
  async leader(): Promise<LocalBroker> {
    const leads = Map.groupBy(await this.partitions(), ({ leader }) => leader);
    const count = ({ id }: LocalBroker): number => leads.get(id)?.length ?? 0;
    const most = this.mortal.toSorted((a, b) => count(b) - count(a))[0];
    if (most === undefined || count(most) === 0) throw new Error('None of them leads');
    return most;
  }

  private partitions() {
    const { events, state } = this.service.names;
    return asAdmin(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [events, state] });
      return topics.flatMap((topic) => topic.partitions);
    }, this.kafka.brokers.split(','));
  }
}
