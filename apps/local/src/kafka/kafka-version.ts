/** The Apache Kafka that suites and `npm run kafka` use, whether from its jars or its image. */
export const KAFKA_VERSION = '4.1.1';
