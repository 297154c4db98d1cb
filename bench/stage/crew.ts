import { setTimeout as delay } from 'node:timers/promises';

import { allSettled } from '../harness/all-settled.js';
import { BenchService, type ServiceOptions } from './service.js';

/** Several processes of the service on one database, of which some may be killed and come back. */
export class Crew {
  private readonly living = new Map<number, BenchService>();
  /** Of those that are no more. */
  private spentMs = 0;
  private peakMiB = 0;

  private constructor(private readonly options: ServiceOptions) {}

  static async start(size: number, options: ServiceOptions): Promise<Crew> {
    const crew = new Crew(options);
    await Promise.all(Array.from({ length: size }, (_, place) => crew.fill(place)));
    return crew;
  }

  /** Processor time of all of them since they began, in milliseconds; NaN where the system does not say. */
  cpuMs(): number {
    return [...this.living.values()].reduce(
      (total, service) => total + (service.cpuMs() ?? Number.NaN),
      this.spentMs,
    );
  }

  /** The most memory that one of them has had, in MiB; NaN where the system does not say. */
  peakRssMiB(): number {
    return Math.max(
      this.peakMiB,
      ...[...this.living.values()].map((service) => service.peakRssMiB() ?? Number.NaN),
    );
  }

  /**
   * Kills one after the other, each some time after the one before, which then comes back: from the first kill on, one of
   * them is dead.
   *
   * @param killed is told the process id of each
   */
  async killInTurn(kills: number, everyMs: number, killed: (pid: number) => Promise<void>): Promise<void> {
    const places = [...this.living.keys()];
    for (let kill = 0; kill < kills; kill += 1) {
      const place = kill % places.length;
      const service = this.living.get(place);
      if (service === undefined) throw new Error(`There is no process at place ${place}`);
      this.remember(place, service);
      await service.kill();
      await killed(service.pid);
      await delay(everyMs);
      await this.fill(place);
    }
  }

  /** Stops them in order; their runs go on elsewhere. */
  async stop(): Promise<void> {
    const stopping = [...this.living];
    for (const [place, service] of stopping) this.remember(place, service);
    await allSettled(stopping.map(([, service]) => service.stop()));
  }

  private async fill(place: number): Promise<void> {
    this.living.set(place, await BenchService.start(this.options));
  }

  private remember(place: number, service: BenchService): void {
    this.spentMs += service.cpuMs() ?? Number.NaN;
    this.peakMiB = Math.max(this.peakMiB, service.peakRssMiB() ?? Number.NaN);
    this.living.delete(place);
  }
}
