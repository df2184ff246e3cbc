// tshark as the witness of what went over the wire.
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { Program, requireProgram, temporaryFolder } from './program.js';

/** A capture of the loopback interface's UDP. */
export class Capture {
  private constructor(
    private readonly program: Program,
    private readonly folder: { path: string; remove: () => void },
  ) {}

  private get file(): string {
    return join(this.folder.path, 'lo.pcapng');
  }

  /** Starts tshark and returns once it has really seen a packet. @throws Error where it may not capture */
  static async start(): Promise<Capture> {
    const folder = temporaryFolder('capture');
    const file = join(folder.path, 'lo.pcapng');
    const program = Program.start('tshark', ['-n', '-i', 'lo', '-f', 'udp', '-P', '-l', '-w', file]);
    const capture = new Capture(program, folder);
    try {
      await capture.#seen();
      return capture;
    } catch (error) {
      await capture.stop();
      throw new Error(
        `tshark cannot capture on lo (root, or: sudo dpkg-reconfigure wireshark-common && sudo usermod -aG wireshark $USER): ${String(error)}`,
        { cause: error },
      );
    }
  }

  /** Ends the capture, with everything in it that was sent until now; it can be read until `stop()`. */
  async end(): Promise<void> {
    await this.#seen();
    await this.program.stop('SIGINT');
  }

  /** Waits until the capture shows a datagram of our own: then it has all that went before. */
  async #seen(): Promise<void> {
    const probe = createSocket('udp4');
    await new Promise<void>((resolve) => {
      probe.bind(0, '127.0.0.1', resolve);
    });
    const { port } = probe.address();
    // a capture that has not begun misses it: it is sent again until it is seen
    const timer = setInterval(() => probe.send('knock', port, '127.0.0.1'), 50);
    try {
      await this.program.waitFor(new RegExp(`${port} → ${port}|${port} \\S+ ${port}`), 15_000);
    } finally {
      clearInterval(timer);
      probe.close();
    }
  }

  /**
   * The values of some fields of each packet that the display filter lets through.
   * @param ports UDP ports and the protocols they carry
   */
  read(filter: string, fields: string[], ports: Record<number, 'sip' | 'rtp'>): string[][] {
    const args = [
      '-n',
      '-r',
      this.file,
      '-Y',
      filter,
      '-T',
      'fields',
      '-E',
      'separator=/t',
      '-E',
      'occurrence=f',
    ];
    for (const field of fields) args.push('-e', field);
    for (const [port, protocol] of Object.entries(ports)) args.push('-d', `udp.port==${port},${protocol}`);
    const result = spawnSync(requireProgram('tshark'), args, {
      encoding: 'utf8',
      timeout: 60_000,
      maxBuffer: 1 << 26,
    });
    if (result.status !== 0) throw new Error(`tshark could not read its capture: ${result.stderr}`);
    return result.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
  }

  async stop(): Promise<void> {
    await this.program.stop('SIGINT');
    this.folder.remove();
  }
}
