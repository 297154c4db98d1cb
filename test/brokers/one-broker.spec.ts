import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { findFreePort } from '../../apps/local/src/free-port.js';
import { type LocalBroker, type LocalKafka } from '../../apps/local/src/kafka/start-kafka.js';
import { describeOwnKafka, ownKafkaFolder, startOwnKafka } from '../support/own-kafka.js';
import { PUBLISHING_OUTAGE, PublishedService } from '../support/published-service.js';

const CONTACTS = 20;
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

/** One service for all of them: that it goes on from fault to fault is part of it. */
describeOwnKafka('A broker that is away when the service starts, is killed, and cannot write', () => {
  const { folder, remove } = ownKafkaFolder();
  let service: PublishedService;
  let port: number;
  let kafka: LocalKafka | undefined;

  beforeAll(async () => {
    port = await findFreePort();
    service = await PublishedService.start([`127.0.0.1:${port}`], CONTACTS);
  });
  afterAll(async () => {
    await service.stop();
    await kafka?.kill();
    remove();
  });

  const broker = (): LocalBroker => {
    const [only] = kafka?.nodes ?? [];
    if (only === undefined) throw new Error('The broker is not there yet');
    return only;
  };
  const told = (): string[] => service.lines(`"msg":"${PUBLISHING_OUTAGE} fails`);

  it('keeps no sync from its end; the status and one line tell, and what waits is published later', async () => {
    const { status, body } = await service.call('POST', '/api/sync');
    expect([status, body.statistics.created, body.run.readModelCaughtUp]).toEqual([200, CONTACTS, false]);
    await service.isOut(true);
    expect(await service.status()).toMatchObject({
      relayLag: { events: CONTACTS },
      projectionLag: { events: CONTACTS },
    });
    expect(told()).toHaveLength(1);

    kafka = await startOwnKafka(folder, { port });
    await service.caughtUp();
    expect(service.lines(`${PUBLISHING_OUTAGE} works again`)).toHaveLength(1);
    expect(await service.faults()).toEqual([]);
  }, 90_000);

  it('loses nothing that was on its way when it is killed', async () => {
    const before = told().length;
    await service.changeDuring(async () => {
      await service.publishesOn();
      await broker().kill();
      await service.isOut(true);
    });
    expect(told().length).toBeGreaterThan(before);
    await broker().start();
    await service.caughtUp();
    await service.isOut(false);
    expect(await service.faults()).toEqual([]);
  }, 90_000);

  const itOnLinux = canLimit ? it : it.skip;
  itOnLinux(
    'loses nothing when its disk takes no more',
    async () => {
      const pid = readFileSync(path.join(folder, 'kafka', 'node-1', 'pid'), 'utf8').trim();
      // To the broker what a full disk is: its files can grow no further. Without another disk it gives up.
      execFileSync('prlimit', ['--pid', pid, '--fsize=400000:unlimited']);
      for (let round = 0; round < 4; round += 1) await service.change(randomText(20_000));
      await service.isOut(true);
      await kafka?.failed;
      await broker().start();
      await service.caughtUp();
      await service.isOut(false);
      expect(await service.faults()).toEqual([]);
    },
    90_000,
  );
});

/** Such as compression makes no shorter. */
function randomText(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20_000))).join(
    '',
  );
}
