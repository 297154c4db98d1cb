import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Admin } from 'kafkajs';

import { type LocalBroker, type LocalKafka } from '../../apps/local/src/kafka/start-kafka.js';
import { outsideClient } from '../support/contact-feed-kafka.js';
import { describeOwnKafka, ownKafkaFolder, startOwnKafka } from '../support/own-kafka.js';
import { PublishedService } from '../support/published-service.js';
import { waitFor } from '../support/wait-for.js';

const REPLICAS = 3;

describeOwnKafka(
  'Three brokers, each topic on all of them, two of which must have what is acknowledged',
  () => {
    const { folder, remove } = ownKafkaFolder();
    let kafka: LocalKafka;
    let service: PublishedService;

    beforeAll(async () => {
      let controller = '';
      kafka = await startOwnKafka(folder, {
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
      service = await PublishedService.start(kafka.brokers.split(','));
      await service.change();
      await service.caughtUp();
    }, 120_000);
    afterAll(async () => {
      await service.stop();
      await kafka.kill();
      remove();
    });

    const asAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
      const admin = outsideClient(kafka.brokers.split(',')).admin();
      await admin.connect();
      try {
        return await work(admin);
      } finally {
        await admin.disconnect();
      }
    };
    const partitions = () =>
      asAdmin(async (admin) => {
        const { topics } = await admin.fetchTopicMetadata({
          topics: [service.names.events, service.names.state],
        });
        return topics.flatMap((topic) => topic.partitions);
      });
    const inSync = () =>
      waitFor(async () => (await partitions()).every(({ isr }) => isr.length === REPLICAS), {
        what: 'every replica to be in sync',
        timeoutMs: 60_000,
        everyMs: 200,
      });
    /** Of those that may be killed the one that leads the most. */
    const leader = async (): Promise<LocalBroker> => {
      const leads = Map.groupBy(await partitions(), ({ leader: id }) => id);
      const count = ({ id }: LocalBroker): number => leads.get(id)?.length ?? 0;
      const [most] = kafka.nodes.slice(1).sort((a, b) => count(b) - count(a));
      if (most === undefined || count(most) === 0) throw new Error('None of them leads');
      return most;
    };

    it('lose no event and no order when leaders are killed while they are written to and read from', async () => {
      for (let round = 0; round < 2; round += 1) {
        await inSync();
        const killed = await leader();
        await service.changeDuring(async () => {
          await service.publishesOn();
          await killed.kill();
          // What is appended now can only be published by another leader.
          await service.publishesOn();
        });
        await killed.start();
      }
      await inSync();
      await service.caughtUp();
      await service.isOut(false);
      expect(await service.faults()).toEqual([]);
    }, 240_000);

    it('take nothing while two are away, and all of it when these are back', async () => {
      const [, second, third] = kafka.nodes;
      await inSync();
      await service.changeDuring(async () => {
        await Promise.all([second?.kill(), third?.kill()]);
        await waitFor(() => service.lines('fewer in-sync replicas than required').length > 0, {
          what: 'the last broker to refuse',
          timeoutMs: 60_000,
        });
      });
      await service.isOut(true);
      expect((await service.status()).relayLag.events).toBeGreaterThan(0);
      await Promise.all([second?.start(), third?.start()]);
      await service.caughtUp();
      await service.isOut(false);
      expect(await service.faults()).toEqual([]);
    }, 240_000);
  },
);
