/** One server of a local cluster; each is broker and controller at once. */
export interface KafkaNode {
  readonly id: number;
  /** Where clients connect, on 127.0.0.1. */
  readonly port: number;
  /** Where the nodes agree with each other. */
  readonly controllerPort: number;
  /** Holds its properties, log file, process id and data. */
  readonly folder: string;
}

export type KafkaProperties = Readonly<Record<string, string>>;

export interface ScramUser {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly name: string;
  readonly password: string;
}
