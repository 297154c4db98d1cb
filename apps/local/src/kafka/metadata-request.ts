import { Kafka, logLevel } from 'kafkajs';

/** Whether the cluster answers a metadata request and all its brokers have joined. */
export async function answersMetadata(brokers: readonly string[]): Promise<boolean> {
  const kafka = new Kafka({
    clientId: 'contactstream-local',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    return cluster.controller !== null && cluster.brokers.length === brokers.length;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
