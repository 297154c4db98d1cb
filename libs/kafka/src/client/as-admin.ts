import { type Admin, type Kafka } from 'kafkajs';

/** Work on the brokers that needs an admin, who is connected for as long as it takes. @throws what the work throws */
export async function asAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
