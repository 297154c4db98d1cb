import { hasKafka, KafkaErasureLedger, kafkaSettings } from '#kafka';
import { type ErasureLedger, FileErasureLedger } from '#offboarding';
import { type Configuration } from '#platform';
import { type Logger } from 'pino';

export function openErasureLedger(configuration: Configuration, log: Logger): ErasureLedger {
  return hasKafka(configuration)
    ? new KafkaErasureLedger(kafkaSettings(configuration), log)
    : new FileErasureLedger(configuration.ERASURE_LEDGER);
}
