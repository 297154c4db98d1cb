import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type MikroORM } from '@mikro-orm/postgresql';
import { databaseParts } from '#database';
import { ProjectQuota } from '#google-people';
import { connectDatabase, Notifications } from '#platform';
import fc from 'fast-check';
import pg from 'pg';

import { recordingLog, silentLog } from '../support/contact-feed-recording-log.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const NEVER = new AbortController().signal;
const AS_NEW = `update google_quota set per_minute = null, lowered_at = null, tokens = 0, filled_at = 'epoch', sent = 0,
  sent_at = 'epoch'`;

describe("The project's quota of Google", () => {
  let database: TestDatabase;
  let orms: [MikroORM, MikroORM];
  let notifications: [Notifications, Notifications];
  beforeAll(async () => {
    database = await createMigratedDatabase();
    orms = [
      await connectDatabase(database.url, databaseParts),
      await connectDatabase(database.url, databaseParts),
    ];
  });
  afterAll(async () => {
    await Promise.all(orms.map((orm) => orm.close()));
    await database.drop();
  });
  // Who was there in a test before hears nothing more.
  beforeEach(async () => {
    await sql(database, AS_NEW);
    notifications = [new Notifications(database.url, silentLog), new Notifications(database.url, silentLog)];
    await Promise.all(notifications.map((one) => one.start()));
  });
  afterEach(() => Promise.all(notifications.map((one) => one.stop())));

  /** Two that share nothing but the database, as two processes. */
  const processes = async (set: number | null, log = silentLog): Promise<[ProjectQuota, ProjectQuota]> => {
    const [one, other] = [0, 1].map(
      (index) => new ProjectQuota(orms[index as 0 | 1].em, set, notifications[index as 0 | 1], log),
    ) as [ProjectQuota, ProjectQuota];
    await Promise.all([one.start(), other.start()]);
    return [one, other];
  };
  const admit = (quota: ProjectQuota, signal = NEVER): Promise<void> => quota.admit(signal, () => undefined);
  const send = async (quota: ProjectQuota, count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += 1) await admit(quota);
  };
  /** @returns whether it may be sent at once */
  const isAdmitted = async (quota: ProjectQuota): Promise<boolean> => {
    const waits = new AbortController();
    return quota
      .admit(waits.signal, () => {
        waits.abort(new Error('waits'));
      })
      .then(
        () => true,
        (error: unknown) => {
          if (!waits.signal.aborted) throw error;
          return false;
        },
      );
  };
  /** As if so much time had gone by. */
  const later = (seconds: number) =>
    sql(
      database,
      `update google_quota set filled_at = filled_at - $1 * interval '1 s', lowered_at = lowered_at - $1 * interval '1 s',
         sent_at = sent_at - $1 * interval '1 s'`,
      [seconds],
    );
  const limit = async (quota: ProjectQuota) => (await quota.standing())?.limitPerMinute ?? null;

  describe('where nothing limits', () => {
    it('asks PostgreSQL nothing', async () => {
      const [quota] = await processes(null);
      const other = new pg.Client({ connectionString: database.url });
      await other.connect();
      try {
        await other.query('begin; lock table google_quota in access exclusive mode');
        await send(quota, 100);
      } finally {
        await other.end();
      }
      expect(await quota.standing()).toBeNull();
    });
  });

  describe('that is set', () => {
    it('is shared by processes, which send no more than it lets through', async () => {
      const perMinute = 600;
      const quotas = await processes(perMinute);
      const sentAt: number[] = [];
      const shares = quotas.map(() => 0);
      const sendAll = async (index: 0 | 1): Promise<void> => {
        while (sentAt.length < 90) {
          await admit(quotas[index]);
          sentAt.push(performance.now());
          shares[index] = (shares[index] ?? 0) + 1;
        }
      };
      // Each as a process with four syncs.
      await Promise.all(([0, 0, 0, 0, 1, 1, 1, 1] as const).map(sendAll));

      for (const [index, from] of sentAt.entries()) {
        for (const [more, to] of sentAt.slice(index).entries()) {
          // A bucket of 4 s, what comes in, and what may be held for 2 s.
          expect(more + 1).toBeLessThanOrEqual((4 + 0.9 * (2 + (to - from) / 1_000)) * (perMinute / 60) + 1);
        }
      }
      expect(Math.min(...shares)).toBeGreaterThan(5);
      expect(await quotas[0].standing()).toMatchObject({
        limitPerMinute: perMinute,
        isLearned: false,
        until: null,
      });
    });

    it('lets no more through within any minute, however the requests come', async () => {
      const seconds = fc.noBias(fc.integer({ min: 0, max: 4_000 })).map((ms) => ms / 1_000);
      // None, one, or all that are let through.
      const steps = fc.array(fc.record({ seconds, asked: fc.constantFrom(0, 1, 100, 100) }), {
        minLength: 20,
        maxLength: 50,
      });
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 60 }), steps, async (perMinute, calls) => {
          await sql(database, AS_NEW);
          let now = 0;
          const sentAt: number[] = [];
          for (const { seconds, asked } of calls) {
            await later(seconds);
            now += seconds;
            // Each by a process of its own, so that all of a block is sent.
            const process = () => new ProjectQuota(orms[0].em, perMinute, notifications[0], silentLog);
            for (let one = 0; one < asked && (await isAdmitted(process())); one += 1) sentAt.push(now);
          }
          const inMinuteFrom = (from: number) => sentAt.filter((at) => at >= from && at < from + 60).length;
          expect(Math.max(0, ...sentAt.map(inMinuteFrom))).toBeLessThanOrEqual(perMinute);
        }),
        { numRuns: 10, endOnFailure: true },
      );
    });

    it.each([
      ['a day ahead', 86_400],
      ['a day back', -86_400],
    ])('gives no flood after the clock was put %s', async (_, seconds) => {
      const [quota] = await processes(60);
      while (await isAdmitted(quota));
      await later(seconds);
      let sent = 0;
      while (await isAdmitted(quota)) sent += 1;
      expect(sent).toBeLessThanOrEqual(4);
      await later(90);
      expect(await isAdmitted(quota)).toBe(true);
    });

    it('makes nobody wait whose request is given up', async () => {
      const [quota] = await processes(1);
      await admit(quota);
      const given = new AbortController();
      const waits = Promise.withResolvers<undefined>();
      const waiting = quota.admit(given.signal, () => {
        waits.resolve(undefined);
      });
      await waits.promise;
      const begun = performance.now();
      given.abort(new Error('given up'));
      await expect(waiting).rejects.toThrow('given up');
      expect(performance.now() - begun).toBeLessThan(500);
    });

    it('keeps nothing of a block for long', async () => {
      const [quota] = await processes(6_000);
      // Blocks get larger as more is sent: of the last one, 23 are left.
      await send(quota, 40);
      const begun = performance.now();
      await sql(database, 'alter table google_quota rename to google_quota_away');
      try {
        const isSpent = () =>
          admit(quota).then(
            () => false,
            () => true,
          );
        await waitFor(isSpent, { what: 'the block to be over', everyMs: 500 });
      } finally {
        await sql(database, 'alter table google_quota_away rename to google_quota');
      }
      expect(performance.now() - begun).toBeLessThan(4_000);
    });

    it('fails those who wait where PostgreSQL does', async () => {
      const [quota] = await processes(60);
      await sql(database, 'alter table google_quota rename to google_quota_away');
      try {
        await expect(admit(quota)).rejects.toThrow('google_quota');
      } finally {
        await sql(database, 'alter table google_quota_away rename to google_quota');
      }
      await admit(quota);
    });
  });

  describe('that Google tells of by refusing', () => {
    const tells = async (quota: ProjectQuota, retryAfterMs: number | null = null): Promise<void> => {
      await quota.exceeded(retryAfterMs);
    };

    it('is what was really sent, less a part, for all processes, and told once', async () => {
      const log = recordingLog();
      const [one, other] = await processes(null, log);
      await Promise.all([send(one, 300), send(other, 100)]);

      await Promise.all([tells(one), tells(one), tells(one)]);

      expect(log.lines).toMatchObject([{ level: 'warn', fields: { perMinute: 210 } }]);
      // The other one hears of it, and says what it sent itself.
      await waitFor(async () => (await limit(one)) === 280, { what: 'what the other process has sent' });
      expect(await isAdmitted(other)).toBe(false);
      expect(await other.standing()).toMatchObject({
        isLearned: true,
        usedLastMinute: expect.closeTo(400, -1),
      });
    });

    it('is none where too little was sent for that', async () => {
      const [one, other] = await processes(null, recordingLog());
      await send(one, 299);
      await tells(one, 20_000);
      expect(await limit(one)).toBeNull();
      expect(await isAdmitted(one)).toBe(true);
      expect(await isAdmitted(other)).toBe(true);
      const [limited] = await processes(60);
      await tells(limited, 20_000);
      expect(await isAdmitted(limited)).toBe(true);
    });

    it('is in force in a process that starts later', async () => {
      const [one] = await processes(null);
      await send(one, 300);
      await tells(one);
      const [, later] = await processes(null);
      expect(await isAdmitted(later)).toBe(false);
    });

    it('gets lower when it is reached again, but not for what was sent before', async () => {
      const [one] = await processes(null);
      await send(one, 1_000);
      await tells(one);
      await later(59);
      await tells(one);
      expect(await limit(one)).toBeGreaterThanOrEqual(700);
      await later(2);
      await tells(one);
      expect(await limit(one)).toBeLessThan(500);
    });

    it('lets nothing through as long as Google asks to wait', async () => {
      const [one, other] = await processes(null);
      await send(one, 1_000);
      await tells(one, 20_000);
      await waitFor(async () => !(await isAdmitted(other)), { what: 'the other process to be limited' });
      await later(19);
      expect(await isAdmitted(one)).toBe(false);
      await later(2);
      expect(await isAdmitted(one)).toBe(true);
    });

    it('comes back little by little, and is forgotten in the end', async () => {
      const [one, other] = await processes(null);
      await send(one, 1_000);
      await tells(one);
      expect(await limit(one)).toBe(700);
      await later(600);
      expect(await limit(one)).toBe(1_050);
      const { until } = (await one.standing()) ?? {};
      expect((Date.parse(until ?? '') - Date.now()) / 1_000).toBeCloseTo(3_000, -2);
      await later(3_000);
      expect(await limit(one)).toBeNull();
      await send(one, 100);
      await send(other, 100);
    });

    it('is below one that was set, until it has come back to it', async () => {
      const [one] = await processes(6_000);
      await send(one, 400);
      await tells(one);
      expect(await one.standing()).toMatchObject({ limitPerMinute: 280, isLearned: true });
      await later(3_600);
      expect(await one.standing()).toMatchObject({ limitPerMinute: 6_000, isLearned: false, until: null });
    });
  });
});
